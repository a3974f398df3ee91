/** The desktops a person may use, and getting onto one. */
import {
  type Admission,
  type CredentialMode,
  DeskgateError,
  encodeTicket,
  type Log,
  type Policy,
  type Protocol,
  Secret,
  TICKET_LIFETIME_MS,
  TICKET_RANDOM_BYTES,
} from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { hashSecret } from "../../domain/sign-in.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import { admissionOf, type SecretSources } from "./admission.ts";
import type { Claim, Desktop, DesktopStore, ReservationDesk } from "./ports.ts";

interface DesktopsDeps extends SecretSources {
  readonly store: DesktopStore;
  readonly gateways: ReservationDesk;
  readonly ending: SessionEnding;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface DesktopRequest {
  readonly poolId: string;
  /** Absent: the first that the machine has and the policy allows. */
  readonly protocol: Protocol | undefined;
  /** Where the person is. */
  readonly address: string;
}

export interface OpenedDesktop {
  readonly connectionId: string;
  readonly sessionId: string;
  readonly desktopName: string;
  readonly protocol: Protocol;
  readonly credentialMode: CredentialMode;
  readonly suggestedUsername: string;
  readonly suggestedDomain: string;
  readonly policy: Policy;
  readonly ticket: Secret;
  readonly expiresAt: number;
}

export class DesktopsService {
  readonly #deps: DesktopsDeps;

  constructor(deps: DesktopsDeps) {
    this.#deps = deps;
  }

  list(caller: Caller, address: string): Promise<readonly Desktop[]> {
    return this.#deps.store.listDesktops(caller.userId, { at: this.#deps.clock.now(), address });
  }

  /** The open session of this person on this pool, or a new one, and a ticket that a gateway already waits for. */
  async connect(caller: Caller, { poolId, protocol, address }: DesktopRequest): Promise<OpenedDesktop> {
    const ticket = encodeTicket(this.#deps.random.bytes(TICKET_RANDOM_BYTES));
    const at = this.#deps.clock.now();
    const expiresAt = at + TICKET_LIFETIME_MS;
    const claim = await this.#deps.store.claim({
      userId: caller.userId,
      signInId: caller.signInId,
      poolId,
      protocol,
      address,
      gatewayId: this.#deps.gateways.choose(),
      newSessionId: this.#deps.random.uuid(),
      connectionId: this.#deps.random.uuid(),
      ticketHash: hashSecret(ticket),
      at,
      expiresAt,
    });
    if ("refused" in claim) throw new DeskgateError(claim.refused);
    this.#tell(claim);
    const admission = admissionOf(claim.connection, this.#deps);
    await this.#reserve(claim, { admission, ticket });
    const { connectionId, sessionId, credentialMode, policy } = admission;
    // Of stored credentials not even the name leaves.
    const { username = "", domain = "" } = credentialMode === "prompt" ? admission.credential : {};
    return {
      ...{ connectionId, sessionId, desktopName: claim.desktopName, credentialMode, policy },
      protocol: admission.protocol,
      ...{ suggestedUsername: username, suggestedDomain: domain },
      ...{ ticket: new Secret(ticket), expiresAt },
    };
  }

  async #reserve(
    { connection, gatewayId }: Claim,
    { admission, ticket }: { readonly admission: Admission; readonly ticket: string },
  ): Promise<void> {
    const { gateways, store, ending, log } = this.#deps;
    const { connectionId } = connection;
    const ticketHash = hashSecret(ticket);
    try {
      await gateways.reserve(gatewayId, { ticketHash, expiresInMs: TICKET_LIFETIME_MS, admission });
    } catch (cause) {
      log.error({ connectionId, gatewayId, cause }, "Reservation failed");
      await ending.endUnreserved(connectionId, "the reservation failed");
      throw new DeskgateError("no_gateway", { cause });
    }
    // A kill that came between the claim and the reservation found nothing on the gateway to close.
    if (await store.isLive(connectionId)) return;
    await ending.revoke(gatewayId, [connectionId], "killed");
    throw new DeskgateError("not_found");
  }

  #tell({ connection, gatewayId, isNewSession }: Claim): void {
    const { sessionId, connectionId, userId, machineId, protocol } = connection;
    if (isNewSession) this.#deps.log.info({ sessionId, userId, machineId }, "Session started");
    this.#deps.log.info({ sessionId, connectionId, userId, protocol, gatewayId }, "Ticket issued");
  }
}
