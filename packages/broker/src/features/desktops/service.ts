/** The desktops a person may use, and getting onto one. */
import {
  type Admission,
  type CredentialMode,
  DeskgateError,
  type ErrorCode,
  encodeTicket,
  type Hop,
  type Log,
  type Meter,
  type Policy,
  type Protocol,
  Secret,
  TICKET_LIFETIME_MS,
  TICKET_RANDOM_BYTES,
} from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Faults } from "../../domain/faults.ts";
import { hashSecret } from "../../domain/sign-in.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { MachineWaking } from "../machines/waking.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import { admissionOf, type SecretSources } from "./admission.ts";
import type {
  Claim,
  ClaimAsleep,
  ClaimRefused,
  ClaimRequest,
  Desktop,
  DesktopStore,
  ReservationDesk,
} from "./ports.ts";
import { Turnstile } from "./turnstile.ts";

interface DesktopsDeps extends SecretSources {
  readonly store: DesktopStore;
  readonly gateways: ReservationDesk;
  readonly ending: SessionEnding;
  readonly waking: Pick<MachineWaking, "wakeFor">;
  readonly audit: AuditService;
  readonly meter: Pick<Meter, "desktop">;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** After which a desktop whose machine is being started may be asked for again. */
const STARTING_RETRY_SECONDS = 5;

interface AskedDesktop {
  readonly poolId: string;
  /** Absent: the first that the machine has and the policy allows. */
  readonly protocol: Protocol | undefined;
  /** Where the person comes from. */
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
  readonly isOwnCredential: boolean;
  readonly policy: Policy;
  readonly ticket: Secret;
  readonly expiresAt: number;
}

export class DesktopsService {
  readonly #deps: DesktopsDeps;
  readonly #turnstile = new Turnstile();

  constructor(deps: DesktopsDeps) {
    this.#deps = deps;
  }

  list(caller: Caller, address: string): Promise<readonly Desktop[]> {
    const { store, gateways, clock } = this.#deps;
    const asked = { userId: caller.userId, address, gateways: gateways.listReady(), at: clock.now() };
    return store.listDesktops(asked);
  }

  /** The live session of this person on this pool, or a new one, and a ticket that a gateway already waits for. */
  async connect(caller: Caller, asked: AskedDesktop): Promise<OpenedDesktop> {
    const ticket = encodeTicket(this.#deps.random.bytes(TICKET_RANDOM_BYTES));
    const expiresAt = this.#deps.clock.now() + TICKET_LIFETIME_MS;
    const actor = { userId: caller.userId, name: caller.userName, address: asked.address };
    const claim = await this.#turnstile.through(asked.poolId, () =>
      this.#claim(actor, this.#requestOf(caller, asked, { ticketHash: hashSecret(ticket), expiresAt })),
    );
    if ("wakes" in claim) return this.#refuseAsleep(actor, claim, asked);
    // At best it is on by the time that the viewer has tried twice; whether or not, the way is the person's.
    if (claim.mayBeAsleep) await this.#deps.waking.wakeFor(actor, claim.connection.machineId, asked.poolId);
    await this.#deps.faults.reach("claim:committed");
    this.#tell(claim);
    const admission = admissionOf(claim.connection, this.#deps);
    try {
      await this.#reserve(claim, { admission, ticket });
    } catch (cause) {
      if (cause instanceof DeskgateError)
        await this.#recordRefusal(actor, { claim, asked, code: cause.code, hop: "gateway" });
      throw cause;
    }
    await this.#deps.ending.takeOver(claim.connection);
    await this.#deps.faults.reach("claim:ready");
    this.#deps.meter.desktop("ok");
    const { connectionId, sessionId, credentialMode, policy } = admission;
    // Of stored credentials not even the name leaves.
    const { username = "", domain = "" } = credentialMode === "prompt" ? admission.credential : {};
    return {
      ...{ connectionId, sessionId, desktopName: claim.desktopName, credentialMode, policy },
      protocol: admission.protocol,
      ...{ suggestedUsername: username, suggestedDomain: domain },
      isOwnCredential: claim.connection.credential.mode === "own",
      ...{ ticket: new Secret(ticket), expiresAt },
    };
  }

  /** The person ends their own session. */
  async endOwn(actor: Actor, userId: string, poolId: string): Promise<void> {
    const sessionId = await this.#deps.store.findOwnSession(userId, poolId);
    const wasLive = sessionId !== undefined && (await this.#deps.ending.endByPerson(sessionId, actor));
    if (!wasLive) throw new DeskgateError("not_found");
  }

  async setFavourite(caller: Caller, poolId: string, isFavourite: boolean): Promise<void> {
    const { userId } = caller;
    if (!(await this.#deps.store.setFavourite({ userId, poolId, isFavourite })))
      throw new DeskgateError("desktop_not_entitled");
  }

  #requestOf(
    { userId, signInId }: Caller,
    { poolId, protocol, address }: AskedDesktop,
    ticket: { readonly ticketHash: string; readonly expiresAt: number },
  ): ClaimRequest {
    const { gateways, random, clock } = this.#deps;
    return {
      ...{ userId, signInId, poolId, wanted: protocol, address },
      ...{ gateways: gateways.listReady(), pick: (count) => pickBy(random, count), at: clock.now() },
      ...{ newSessionId: random.uuid(), connectionId: random.uuid(), ...ticket },
    };
  }

  /** Starts the machine, and says when to ask again; without waiting for it, because others want to be served. */
  async #refuseAsleep(actor: Actor, claim: ClaimAsleep, asked: AskedDesktop): Promise<never> {
    const { waking, meter } = this.#deps;
    if (await waking.wakeFor(actor, claim.wakes.machineId, asked.poolId)) {
      meter.desktop("machine_starting");
      throw new DeskgateError("machine_starting", { retryAfterSeconds: STARTING_RETRY_SECONDS });
    }
    await this.#recordRefusal(actor, { claim, asked, code: "machine_down", hop: "health" });
    throw new DeskgateError("machine_down");
  }

  async #claim(actor: Actor, request: ClaimRequest): Promise<Claim | ClaimAsleep> {
    const { store, audit, meter } = this.#deps;
    const claim = await audit.change(
      actor,
      () => store.claim(request),
      (claimed) => deedOf(claimed, request),
    );
    if (!("refused" in claim)) return claim;
    meter.desktop(claim.refused);
    throw new DeskgateError(claim.refused);
  }

  async #recordRefusal(actor: Actor, { claim, asked, code, hop }: LateRefusal): Promise<void> {
    const { poolId, protocol } = asked;
    this.#deps.meter.desktop(code);
    const detail = { protocol, hop, desktop: claim.desktopName } as const;
    await this.#deps.audit.record(actor, refusalDeed({ poolId, code, ...detail }));
  }

  async #reserve(
    { connection, gatewayId }: Claim,
    { admission, ticket }: { readonly admission: Admission; readonly ticket: string },
  ): Promise<void> {
    const { gateways, store, ending, clock, faults, log } = this.#deps;
    const { connectionId } = connection;
    const ticketHash = hashSecret(ticket);
    try {
      await gateways.reserve(gatewayId, { ticketHash, expiresInMs: TICKET_LIFETIME_MS, admission });
    } catch (cause) {
      log.error({ connectionId, gatewayId, cause }, "Reservation failed");
      await ending.endUnreserved(connectionId, "the reservation failed");
      throw new DeskgateError("no_gateway", { cause });
    }
    await faults.reach("claim:reserved");
    // A kill that came between the claim and the reservation found nothing on the gateway to close.
    if (await store.confirmReserved(connectionId, clock.now())) return;
    await ending.revoke(gatewayId, [connectionId], "killed");
    throw new DeskgateError("not_found");
  }

  #tell({ connection, gatewayId, isNewSession }: Claim): void {
    const { sessionId, connectionId, userId, machineId, protocol } = connection;
    if (isNewSession) this.#deps.log.info({ sessionId, userId, machineId }, "Session started");
    this.#deps.log.info({ sessionId, connectionId, userId, protocol, gatewayId }, "Ticket issued");
  }
}

/** The way was open, and yet. */
interface LateRefusal {
  readonly claim: Claim | ClaimAsleep;
  readonly asked: AskedDesktop;
  readonly code: ErrorCode;
  readonly hop: Hop;
}

interface RefusedDeed {
  readonly poolId: string;
  readonly code: ErrorCode;
  readonly protocol: Protocol | undefined;
  readonly hop: Hop;
  readonly desktop: string;
}

function refusalDeed({ poolId, code, ...detail }: RefusedDeed): Deed {
  const subject = { kind: "pool", id: poolId };
  return { action: "desktop.refused", subject, outcome: code, detail: { code, ...detail } };
}

/** Of a machine that is being started, the waking itself is written down. */
function deedOf(claimed: Claim | ClaimAsleep | ClaimRefused, asked: ClaimRequest): Deed | readonly Deed[] {
  const { poolId, wanted } = asked;
  if ("wakes" in claimed) return [];
  if ("refused" in claimed) {
    const { refused: code, hop, desktopName: desktop } = claimed;
    return refusalDeed({ poolId, code, protocol: wanted, hop, desktop });
  }
  const { connection, gatewayId, desktopName, isNewSession } = claimed;
  const { sessionId, connectionId, machineId } = connection;
  return {
    action: isNewSession ? "session.began" : "session.resumed",
    subject: { kind: "session", id: sessionId },
    detail: { poolId, desktopName, machineId, connectionId, protocol: connection.protocol, gatewayId },
  };
}

/** Any index below `count`; four bytes are enough to be fair among machines. */
function pickBy(random: Random, count: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000) % count;
}
