/** Tickets turned into admissions, for gateways that hold no reservation. */
import { type Admission, type Credential, TICKET_USES, type TicketRefusal } from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import { type MachineSecret, machineSecretPlace, type Sealing } from "../../domain/sealing.ts";
import type { ClaimedConnection, TicketStore } from "./ports.ts";

/** Unseals the machine's secrets: what the gateway answers when the machine asks. */
export function admissionOf(connection: ClaimedConnection, sealing: Sealing): Admission {
  const { credential: claimed, policy: poolPolicy, ...rest } = connection;
  const { idleMs, absoluteMs, bytesPerSecond, ...policy } = poolPolicy;
  return {
    ...rest,
    uses: TICKET_USES[connection.protocol],
    credentialMode: claimed.mode === "own" ? "prompt" : claimed.mode,
    credential: credentialOf(connection, sealing),
    limits: { idleMs, absoluteMs, bytesPerSecond },
    policy,
  };
}

function credentialOf(connection: ClaimedConnection, sealing: Sealing): Credential {
  const { mode, username, domain, sealed } = connection.credential;
  if (mode === "none") return {};
  const names = { ...(username === "" ? {} : { username }), ...(domain === "" ? {} : { domain }) };
  if (mode === "prompt" || mode === "own") return names;
  const open = (secret: MachineSecret) => {
    const text = sealed[secret];
    if (text === undefined) return {};
    return { [secret]: sealing.open(text, machineSecretPlace(secret, connection)).reveal() };
  };
  return { ...names, ...open("password"), ...open("privateKey"), ...open("passphrase") };
}

interface AdmissionDeps {
  readonly tickets: TicketStore;
  readonly sealing: Sealing;
  readonly clock: Clock;
}

export class AdmissionService {
  readonly #deps: AdmissionDeps;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  async redeem(
    gatewayId: string,
    ticketHash: string,
  ): Promise<{ readonly admission: Admission } | { readonly refused: TicketRefusal }> {
    const { tickets, sealing, clock } = this.#deps;
    const redeemed = await tickets.redeem({ ticketHash, gatewayId, at: clock.now() });
    return "refused" in redeemed ? redeemed : { admission: admissionOf(redeemed, sealing) };
  }
}
