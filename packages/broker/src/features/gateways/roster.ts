/** The gateways that may join: their codes, their keys, their removal. What they carry is not known here. */
import {
  DeskgateError,
  encodeTicket,
  formatGatewayCode,
  GATEWAY_CODE_LIFETIME_MS,
  type LinkProof,
  type Log,
  linkProofText,
  MAX_CLOCK_SKEW_MS,
  type ProvenConnection,
  type Registration,
  registrationText,
  Secret,
  TICKET_RANDOM_BYTES,
} from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { type Gateway, isBuiltIn, isSignedBy, SeenNonces } from "../../domain/gateway.ts";
import { hashSecret, SEEN_GRANULARITY_MS } from "../../domain/sign-in.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { Changes } from "../events/hub.ts";
import type { AttemptGuard } from "../sign-in/attempt-guard.ts";
import type { GatewayChange, GatewayConnections, GatewayPresence, GatewayStore, Presence } from "./ports.ts";

interface GatewayRosterDeps {
  readonly store: GatewayStore;
  readonly presence: GatewayPresence;
  readonly tracking: GatewayConnections;
  readonly guard: AttemptGuard;
  readonly audit: AuditService;
  readonly changes: Changes;
  /** SHA-256 of the certificate on the broker's own port; absent where there is no such port. */
  readonly linkFingerprint: () => string | undefined;
  /** Where gateways reach that port, as far as the broker can know; absent where it is not open. */
  readonly linkAddress: () => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface GatewayView {
  readonly gateway: Gateway;
  readonly presence: Presence | undefined;
}

interface NewCode {
  readonly code: Secret;
  readonly expiresAt: number;
  readonly brokerAddress: string | undefined;
}

export class GatewayRoster {
  readonly #deps: GatewayRosterDeps;
  readonly #nonces: SeenNonces;
  readonly #writtenSeenAt = new Map<string, number>();

  constructor(deps: GatewayRosterDeps) {
    this.#deps = deps;
    this.#nonces = new SeenNonces(deps.clock);
  }

  async list(): Promise<readonly GatewayView[]> {
    return (await this.#deps.store.list()).map((gateway) => this.#view(gateway));
  }

  /** What is open stays; the zone counts for whoever asks for a desktop from now on. */
  async update(gatewayId: string, { name, zoneId }: GatewayChange, actor: Actor): Promise<GatewayView> {
    const { store, audit, presence } = this.#deps;
    const deedsOn = (known: Gateway): Deed[] => [
      ...(name === undefined ? [] : [deedOn(gatewayId, "gateway.renamed", { name })]),
      ...(zoneId === undefined
        ? []
        : [deedOn(gatewayId, "gateway.zone_set", { zoneId, zone: known.zone?.name ?? "" })]),
    ];
    const gateway = await audit.change(
      actor,
      () => store.update(gatewayId, { name, zoneId }),
      (known) => (known ? deedsOn(known) : []),
    );
    if (!gateway) throw new DeskgateError("not_found");
    for (const deed of deedsOn(gateway)) this.#tell(actor, deed);
    presence.setZone(gatewayId, gateway.zone?.id);
    return this.#view(gateway);
  }

  /** The row first, then what it carried, then its link: whatever it asks in between is refused. */
  async remove(gatewayId: string, actor: Actor): Promise<void> {
    const { store, audit, tracking, presence, clock } = this.#deps;
    const gateway = await store.find(gatewayId);
    if (!gateway) throw new DeskgateError("not_found");
    if (isBuiltIn(gateway)) throw new DeskgateError("gateway_built_in");
    const deed = deedOn(gatewayId, "gateway.removed", { name: gateway.name });
    const wasThere = await audit.change(
      actor,
      () => store.remove(gatewayId, clock.now()),
      (isRemoved) => (isRemoved ? deed : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
    presence.sever(gatewayId, "removed");
    await tracking.endOn(gatewayId, "the gateway was removed");
    this.#tell(actor, deed);
  }

  /** The code is shown once; only a hash of its secret is kept. */
  async createCode(name: string | undefined, actor: Actor): Promise<NewCode> {
    const { store, audit, random, clock, linkFingerprint, linkAddress } = this.#deps;
    const fingerprint = linkFingerprint();
    if (fingerprint === undefined) throw new DeskgateError("gateways_not_accepted");
    const secret = encodeTicket(random.bytes(TICKET_RANDOM_BYTES));
    const createdAt = clock.now();
    const expiresAt = createdAt + GATEWAY_CODE_LIFETIME_MS;
    if (name !== undefined && (await store.list()).some((known) => known.name === name))
      throw new DeskgateError("name_taken", { fields: { name: "This name is taken." } });
    const deed = deedOn("", "gateway.code-created", name === undefined ? {} : { name });
    await audit.change(
      actor,
      () => store.createCode({ secretHash: hashSecret(secret), name, createdAt, expiresAt }),
      () => deed,
    );
    this.#tell(actor, deed);
    const code = new Secret(formatGatewayCode({ secret, fingerprint }));
    return { code, expiresAt, brokerAddress: linkAddress() };
  }

  /** A gateway shows a code and a key. Wrong codes count against the address they come from. */
  async register(
    registration: Registration,
    connection: ProvenConnection,
    address: string,
  ): Promise<{ readonly gatewayId: string; readonly name: string }> {
    const { guard } = this.#deps;
    const redeemed = await guard.attempt({ accountName: undefined, address }, () =>
      this.#redeem(registration, connection, address),
    );
    if ("refused" in redeemed) throw new DeskgateError(redeemed.refused);
    this.#deps.changes.changed("gateways", redeemed.gatewayId);
    return redeemed;
  }

  async #redeem(registration: Registration, connection: ProvenConnection, address: string) {
    const { store, audit, random, clock } = this.#deps;
    const { secret, publicKey, name, version, signature } = registration;
    if (!isSignedBy(publicKey, registrationText(registration, connection), signature))
      return { refused: "gateway_proof_wrong" } as const;
    const gatewayId = random.uuid();
    const about = { name, publicKey, version, zone: undefined, lastSeenAt: undefined, addedAt: clock.now() };
    const actorBy = (newName: string) => ({ userId: undefined, name: newName, address });
    const deedBy = (newName: string) => deedOn(gatewayId, "gateway.registered", { name: newName });
    // Under which name it joins is the code's to say, or the names' that are taken.
    const redeemed = await audit.change(
      (result) => actorBy("refused" in result ? name : result.name),
      () => store.redeemCode(hashSecret(secret), { id: gatewayId, ...about }),
      (result) => ("refused" in result ? [] : deedBy(result.name)),
    );
    if ("refused" in redeemed) return redeemed;
    this.#tell(actorBy(redeemed.name), deedBy(redeemed.name));
    return { gatewayId, name: redeemed.name };
  }

  /** Checks the first request of a link. The signature comes first: nobody else learns anything from the refusals after it. */
  async admitLink(proof: LinkProof, connection: ProvenConnection): Promise<Gateway> {
    const { store, clock, presence } = this.#deps;
    const gateway = await store.find(proof.gatewayId);
    if (!gateway || isBuiltIn(gateway)) throw new DeskgateError("gateway_unknown");
    if (!isSignedBy(gateway.publicKey, linkProofText(proof, connection), proof.signature))
      throw new DeskgateError("gateway_proof_wrong");
    if (MAX_CLOCK_SKEW_MS < Math.abs(clock.now() - proof.timestampMs))
      throw new DeskgateError("gateway_clock_wrong");
    if (!this.#nonces.take(gateway.id, proof.nonce)) throw new DeskgateError("gateway_proof_replayed");
    await store.markSeen(gateway.id, { at: clock.now(), version: proof.version });
    presence.setZone(gateway.id, gateway.zone?.id);
    return gateway;
  }

  /** Whether the gateway is still one; asked after its link was made known, so that a removal in between is not missed. */
  async isKnown(gatewayId: string): Promise<boolean> {
    return (await this.#deps.store.find(gatewayId)) !== undefined;
  }

  /** A gateway has said something. Written down at most every minute. */
  async seen(gatewayId: string): Promise<void> {
    const at = this.#deps.clock.now();
    if (at < (this.#writtenSeenAt.get(gatewayId) ?? Number.NEGATIVE_INFINITY) + SEEN_GRANULARITY_MS) return;
    this.#writtenSeenAt.set(gatewayId, at);
    const { store, presence } = this.#deps;
    await store.markSeen(gatewayId, { at });
    // Another program may have changed the database.
    presence.setZone(gatewayId, (await store.find(gatewayId))?.zone?.id);
  }

  /** The gateway of one program with the broker is on the list like any other. */
  async putBuiltIn(gateway: Pick<Gateway, "id" | "name" | "version">): Promise<void> {
    const addedAt = this.#deps.clock.now();
    const about = { publicKey: "", zone: undefined, lastSeenAt: undefined, addedAt };
    const { store, presence } = this.#deps;
    await store.putBuiltIn({ ...gateway, ...about });
    presence.setZone(gateway.id, (await store.find(gateway.id))?.zone?.id);
  }

  async removeBuiltIn(): Promise<void> {
    await this.#deps.store.removeBuiltIn();
  }

  #view(gateway: Gateway): GatewayView {
    return { gateway, presence: this.#deps.presence.presenceOf(gateway.id) };
  }

  #tell({ userId }: Actor, { action: detail, subject: { id: gatewayId } }: Deed): void {
    this.#deps.log.info({ gatewayId, ...(userId ? { userId } : {}), detail }, "Gateways changed");
  }
}

function deedOn(gatewayId: string, action: string, detail: Deed["detail"]): Deed {
  return { action, subject: { kind: "gateway", id: gatewayId }, detail };
}
