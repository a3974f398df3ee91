/** Tickets turned into admissions, for gateways that hold no reservation. */
import {
  type Admission,
  type Credential,
  TICKET_USES,
  type TicketRefusal,
  type TunnelRefusal,
} from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import { type MachineSecret, machineSecretPlace, type Sealing } from "../../domain/sealing.ts";
import type { AuditService } from "../audit/service.ts";
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

interface RefusedTunnels {
  readonly gatewayId: string;
  readonly refusals: readonly TunnelRefusal[];
  readonly omitted: number;
}

interface AdmissionDeps {
  readonly tickets: TicketStore;
  readonly sealing: Sealing;
  readonly audit: AuditService;
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

  /** Writes down what a gateway refused; whose ticket it was, where it was one. */
  async recordRefused(refused: RefusedTunnels): Promise<void> {
    const { tickets, audit } = this.#deps;
    const { gatewayId } = refused;
    for (const { code: outcome, viewerAddress: address, ticketHash } of refused.refusals) {
      const holder = ticketHash === undefined ? undefined : await tickets.findHolder(ticketHash);
      const actor = { userId: holder?.userId, name: holder?.userName ?? "", address };
      const subject = holder
        ? { kind: "connection", id: holder.connectionId }
        : { kind: "gateway", id: gatewayId };
      const detail = { gatewayId, ...(holder ? { sessionId: holder.sessionId } : {}) };
      await audit.recordRefusal(actor, { action: "ticket.refused", subject, outcome, detail });
    }
    audit.countOmitted(refused.omitted);
  }
}
