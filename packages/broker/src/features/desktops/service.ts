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
import type { Faults } from "../../domain/faults.ts";
import type { Sealing } from "../../domain/sealing.ts";
import { hashSecret } from "../../domain/sign-in.ts";
import type { AuditService } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import { admissionOf } from "./admission.ts";
import type { Claim, Desktop, DesktopStore, ReservationDesk } from "./ports.ts";
import { Turnstile } from "./turnstile.ts";

interface DesktopsDeps {
  readonly store: DesktopStore;
  readonly gateways: ReservationDesk;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly sealing: Sealing;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface AskedDesktop {
  readonly poolId: string;
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
    const claim = await this.#turnstile.through(asked.poolId, () =>
      this.#claim(caller, asked, { ticketHash: hashSecret(ticket), expiresAt }),
    );
    await this.#deps.faults.reach("claim:committed");
    this.#tell(claim);
    const admission = admissionOf(claim.connection, this.#deps.sealing);
    await this.#reserve(claim, { admission, ticket });
    await this.#deps.faults.reach("claim:ready");
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

  /** The person ends their own session. */
  async endOwn(caller: Caller, poolId: string): Promise<void> {
    const sessionId = await this.#deps.store.findOwnSession(caller.userId, poolId);
    const wasLive =
      sessionId !== undefined && (await this.#deps.ending.endByPerson(sessionId, caller.userName));
    if (!wasLive) throw new DeskgateError("not_found");
  }

  async setFavourite(caller: Caller, poolId: string, isFavourite: boolean): Promise<void> {
    const { userId } = caller;
    if (!(await this.#deps.store.setFavourite({ userId, poolId, isFavourite })))
      throw new DeskgateError("desktop_not_entitled");
  }

  async #claim(
    caller: Caller,
    { poolId, protocol, address }: AskedDesktop,
    ticket: { readonly ticketHash: string; readonly expiresAt: number },
  ): Promise<Claim> {
    const { store, gateways, random, clock, audit } = this.#deps;
    const claim = await store.claim({
      ...{ userId: caller.userId, signInId: caller.signInId, poolId, wanted: protocol, address },
      ...{ gateways: gateways.listReady(), pick: (count) => pickBy(random, count), at: clock.now() },
      ...{ newSessionId: random.uuid(), connectionId: random.uuid(), ...ticket },
    });
    if (!("refused" in claim)) return claim;
    const { refused: code, hop, desktopName } = claim;
    const subject = { kind: "pool", id: poolId };
    const actor = { userId: caller.userId, name: caller.userName, address };
    const detail = { code, hop, desktop: desktopName };
    await audit.record(actor, { action: "desktop.refused", subject, detail });
    throw new DeskgateError(code);
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

/** Any index below `count`; four bytes are enough to be fair among machines. */
function pickBy(random: Random, count: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000) % count;
}
