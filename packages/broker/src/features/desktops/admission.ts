/** Tickets turned into admissions, for gateways that hold no reservation. */
import {
  type Admission,
  type Credential,
  type Secret,
  TICKET_USES,
  type TicketRefusal,
  type TunnelRefusal,
} from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import { type MachineSecret, machineSecretPlace, type Sealing } from "../../domain/sealing.ts";
import type { AuditService } from "../audit/service.ts";
import type { ClaimedConnection, TicketStore } from "./ports.ts";

/** Where secrets come from. */
export interface SecretSources {
  readonly sealing: Sealing;
  readonly ownPasswords: { find(signInId: string): Secret | undefined };
}

/** Unseals the machine's secrets: what the gateway answers when the machine asks. */
export function admissionOf(connection: ClaimedConnection, sources: SecretSources): Admission {
  const { connectionId, sessionId, userId, machineId, protocol, target, policy: inForce } = connection;
  const { idleMs, absoluteMs, bytesPerSecond } = inForce;
  const { clipboardToMachine, clipboardFromMachine, filesToMachine, filesFromMachine } = inForce;
  return {
    ...{ connectionId, sessionId, userId, machineId, protocol, target },
    uses: TICKET_USES[protocol],
    ...credentialOf(connection, sources),
    limits: { idleMs, absoluteMs, bytesPerSecond },
    policy: { clipboardToMachine, clipboardFromMachine, filesToMachine, filesFromMachine },
  };
}

type AdmittedCredential = Pick<Admission, "credentialMode" | "credential">;

function credentialOf(connection: ClaimedConnection, sources: SecretSources): AdmittedCredential {
  const { mode, username, domain } = connection.credential;
  switch (mode) {
    case "none":
      return { credentialMode: "none", credential: {} };
    case "prompt":
      return { credentialMode: "prompt", credential: namesOf(username, domain) };
    case "stored": {
      const credential = { ...namesOf(username, domain), ...openStored(connection, sources.sealing) };
      return { credentialMode: "stored", credential };
    }
    case "own":
      return ownCredential(connection, sources.ownPasswords);
  }
}

/** The password the person signed in with, or, where it is not at hand, their name and the question. */
function ownCredential(
  { signInId, userName, credential }: ClaimedConnection,
  ownPasswords: SecretSources["ownPasswords"],
): AdmittedCredential {
  const names = namesOf(userName, credential.domain);
  const password = signInId === undefined ? undefined : ownPasswords.find(signInId);
  if (!password) return { credentialMode: "prompt", credential: names };
  return { credentialMode: "stored", credential: { ...names, password: password.reveal() } };
}

function namesOf(username: string, domain: string): Credential {
  return { ...(username === "" ? {} : { username }), ...(domain === "" ? {} : { domain }) };
}

function openStored(connection: ClaimedConnection, sealing: Sealing): Credential {
  const open = (secret: MachineSecret) => {
    const text = connection.credential.sealed[secret];
    if (text === undefined) return {};
    return { [secret]: sealing.open(text, machineSecretPlace(secret, connection)).reveal() };
  };
  return { ...open("password"), ...open("privateKey"), ...open("passphrase") };
}

interface RefusedTunnels {
  readonly gatewayId: string;
  readonly refusals: readonly TunnelRefusal[];
  readonly omitted: number;
}

interface AdmissionDeps extends SecretSources {
  readonly tickets: TicketStore;
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
    const { tickets, clock } = this.#deps;
    const redeemed = await tickets.redeem({ ticketHash, gatewayId, at: clock.now() });
    return "refused" in redeemed ? redeemed : { admission: admissionOf(redeemed, this.#deps) };
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
