/** The desktops a person may use, and getting onto one. */
import {
  type Admission,
  type CredentialMode,
  DeskgateError,
  type ErrorCode,
  encodeTicket,
  type Log,
  type Meter,
  type Policy,
  type Protocol,
  Secret,
  TICKET_LIFETIME_MS,
  TICKET_RANDOM_BYTES,
} from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { hashSecret } from "../../domain/sign-in.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import { admissionOf, type SecretSources } from "./admission.ts";
import type { Claim, ClaimRequest, Desktop, DesktopStore, ReservationDesk } from "./ports.ts";

interface DesktopsDeps extends SecretSources {
  readonly store: DesktopStore;
  readonly gateways: ReservationDesk;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly meter: Pick<Meter, "desktop">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface WantedDesktop {
  readonly poolId: string;
  /** Absent: the first that the machine has and the policy allows. */
  readonly protocol: Protocol | undefined;
  /** Where the person asks from. */
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
  async connect(caller: Caller, { poolId, protocol, address }: WantedDesktop): Promise<OpenedDesktop> {
    const ticket = encodeTicket(this.#deps.random.bytes(TICKET_RANDOM_BYTES));
    const at = this.#deps.clock.now();
    const expiresAt = at + TICKET_LIFETIME_MS;
    const actor = { userId: caller.userId, name: caller.userName, address };
    const request: ClaimRequest = {
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
    };
    const claim = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.claim(request),
      (claimed) => deedOf(claimed, request),
    );
    if ("refused" in claim) {
      this.#deps.meter.desktop(claim.refused);
      throw new DeskgateError(claim.refused);
    }
    this.#tell(claim);
    const admission = admissionOf(claim.connection, this.#deps);
    try {
      await this.#reserve(claim, { admission, ticket });
    } catch (cause) {
      if (cause instanceof DeskgateError) {
        this.#deps.meter.desktop(cause.code);
        await this.#deps.audit.record(actor, deedOf({ refused: cause.code }, request));
      }
      throw cause;
    }
    this.#deps.meter.desktop("ok");
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

function deedOf(claimed: Claim | { readonly refused: ErrorCode }, { poolId, protocol }: ClaimRequest): Deed {
  if ("refused" in claimed) {
    const subject = { kind: "pool", id: poolId };
    return { action: "desktop.refused", subject, outcome: claimed.refused, detail: { protocol } };
  }
  const { connection, gatewayId, desktopName, isNewSession } = claimed;
  const { sessionId, connectionId, machineId } = connection;
  return {
    action: isNewSession ? "session.began" : "session.resumed",
    subject: { kind: "session", id: sessionId },
    detail: { poolId, desktopName, machineId, connectionId, protocol: connection.protocol, gatewayId },
  };
}
