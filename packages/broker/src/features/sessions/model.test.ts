/**
 * Sessions against a model that knows no states, only who is looked at and until when a machine is kept: random people,
 * viewers that come and go, kills, gateways that crash or fall silent, brokers that restart, and time.
 */
import {
  DEFAULT_RELEASE,
  GATEWAY_SILENCE_MS,
  PERMISSION_NAMES,
  SILENT_METER,
  TICKET_LIFETIME_MS,
} from "@deskgate/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { composeBroker } from "../../compose.ts";
import type { Caller } from "../../domain/caller.ts";
import { NO_FAULTS } from "../../domain/faults.ts";
import { OPENING_GRACE_MS } from "../../domain/session.ts";
import { createBrokerCalls } from "../../link/broker-calls.ts";
import { Gateways } from "../../link/gateways.ts";
import { Reconciler } from "../../reconcile/reconciler.ts";
import { createSealing } from "../../secrets/sealing.ts";
import { PruningStore } from "../../store/prune-store.ts";
import { systemRandom } from "../../system-random.ts";
import { MemoryGateway, openTestFeatures, TEST_KEY } from "../../testing.ts";

const GATEWAY = "g1";
const PEOPLE = 3;
const TICKET_KEPT_MS = TICKET_LIFETIME_MS + OPENING_GRACE_MS;
const RELEASE_MS = 120_000;
const actor = { userId: undefined, name: "test", address: "192.0.2.1" };

type Step =
  | { readonly do: "ask"; readonly person: number; readonly pool: number }
  | { readonly do: "open" | "close"; readonly which: number }
  | { readonly do: "kill"; readonly which: number }
  | { readonly do: "give-back"; readonly person: number; readonly pool: number }
  | { readonly do: "sign-out"; readonly person: number }
  | { readonly do: "explain"; readonly person: number; readonly pool: number }
  | { readonly do: "gateway-crash" | "gateway-silence" | "broker-restart" }
  | { readonly do: "pass"; readonly forMs: number };

const person = fc.nat(PEOPLE - 1);
const pool = fc.nat(1);
const which = fc.nat(50);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("ask" as const), person, pool }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("open" as const, "close" as const), which }) },
  fc.record({ do: fc.constant("kill" as const), which }),
  fc.record({ do: fc.constant("give-back" as const), person, pool }),
  fc.record({ do: fc.constant("sign-out" as const), person }),
  fc.record({ do: fc.constant("explain" as const), person, pool }),
  fc.record({
    do: fc.constantFrom("gateway-crash" as const, "gateway-silence" as const, "broker-restart" as const),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      forMs: fc.constantFrom(1_000, 15_000, TICKET_KEPT_MS, TICKET_KEPT_MS + 1, RELEASE_MS, RELEASE_MS + 1),
    }),
  },
);

/** What the model knows of a session. */
interface Kept {
  readonly id: string;
  readonly person: number;
  readonly pool: number;
  readonly machineId: string;
  /** Connection id → when its ticket was made, and whether a viewer came. */
  readonly viewers: Map<string, { readonly since: number; isOpen: boolean; readonly signIn: string }>;
  wasOpened: boolean;
  keptUntil: number;
}

type Features = Awaited<ReturnType<typeof openTestFeatures>>;

function startBroker({ db, clock, hasher, log }: Features) {
  const gateways = new Gateways({ clock, random: systemRandom });
  const sealing = createSealing(TEST_KEY, systemRandom);
  const sleep = async () => undefined;
  const shared = {
    db,
    clock,
    hasher,
    log,
    gateways,
    sealing,
    sleep,
    version: "0.0.0-test",
    random: systemRandom,
    faults: NO_FAULTS,
    meter: SILENT_METER,
  };
  const composed = composeBroker(shared);
  const calls = createBrokerCalls({ ...composed, ...composed.services, gateways, log });
  const isSilent = (gatewayId: string) => gateways.isSilent(gatewayId);
  const { audit } = composed.services;
  const pruning = new PruningStore(db);
  const reconciler = new Reconciler({ ...composed, audit, pruning, isSilent, clock, log });
  gateways.attach(GATEWAY, new MemoryGateway().calls);
  return { ...composed, calls, reconciler };
}

class Site {
  readonly #features: Features;
  readonly #callers: Caller[] = [];
  readonly #poolIds: string[] = [];
  #broker: ReturnType<typeof startBroker>;
  #sessions: Kept[] = [];
  /** Pool and person → machine, of the dedicated pool. */
  readonly #assigned = new Map<number, string>();
  readonly #machines: string[][] = [];

  private constructor(features: Features) {
    this.#features = features;
    this.#broker = startBroker(features);
  }

  static async open(): Promise<Site> {
    const site = new Site(await openTestFeatures());
    await site.#furnish();
    return site;
  }

  close(): Promise<void> {
    return this.#features.close();
  }

  /** Pool 0 floats over machines a and b, pool 1 binds b and c. */
  async #furnish(): Promise<void> {
    const { machines, pools, entitlements, users } = this.#broker.services;
    const ids: string[] = [];
    for (const name of ["a", "b", "c"]) {
      const fields = { name, description: "", host: "192.0.2.10", isDeclaredLocal: false } as const;
      const protocols = [{ protocol: "vnc", port: 5901 }] as const;
      ids.push((await machines.create({ ...fields, protocols, trust: "first-use" }, actor)).id);
    }
    this.#machines.push(ids.slice(0, 2), ids.slice(1));
    const release = { afterDisconnectMs: RELEASE_MS, onSignOut: false };
    for (const kind of ["floating", "dedicated"] as const) {
      const machineIds = this.#machines[this.#poolIds.length] ?? [];
      const made = await pools.create({ name: kind, description: "", kind, machineIds, release }, actor);
      this.#poolIds.push(made.id);
    }
    for (let number = 0; number < PEOPLE; number++) {
      const name = `person${number}`;
      const fields = { name, displayName: name, role: "user", groupIds: [] } as const;
      const { id } = await users.create(
        { ...fields, password: undefined },
        { ...actor, signInId: "", permissions: PERMISSION_NAMES },
      );
      for (const poolId of this.#poolIds)
        await entitlements.create({ poolId, userId: id, groupId: null }, actor);
      this.#callers.push(await this.#signIn(id));
    }
    await this.#register();
  }

  async #signIn(userId: string): Promise<Caller> {
    const { path } = await this.#broker.services.users.createLink(userId, 60_000, actor);
    const origin = { address: "192.0.2.9", userAgent: "", previousToken: undefined };
    return (await this.#broker.services.signIn.withLink(path.reveal().split("#")[1] ?? "", origin)).caller;
  }

  /** The gateway comes (again) and names what it has. */
  async #register(): Promise<void> {
    await this.#broker.calls.register({ gatewayId: GATEWAY, openConnectionIds: this.#open() });
    await this.#report();
  }

  async #report(): Promise<void> {
    const numbers = { bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
    const connections = this.#open().map((connectionId) => ({ connectionId, ...numbers }));
    await this.#broker.calls.report({ gatewayId: GATEWAY, connections });
  }

  #open(): string[] {
    return this.#sessions.flatMap(({ viewers }) =>
      [...viewers].filter(([, { isOpen }]) => isOpen).map(([id]) => id),
    );
  }

  #now(): number {
    return this.#features.clock.now();
  }

  #forget(session: Kept): void {
    this.#sessions = this.#sessions.filter((one) => one !== session);
  }

  /** A viewer, come or only awaited, is gone. */
  #lose(session: Kept, connectionId: string): void {
    const isOpen = session.viewers.get(connectionId)?.isOpen ?? false;
    session.viewers.delete(connectionId);
    if (session.viewers.size > 0) return;
    if (!session.wasOpened) this.#forget(session);
    // The last of several viewers may be one that never came; the time counts from then on all the same.
    else if (isOpen || this.#isCountingFromNow(session)) session.keptUntil = this.#now() + RELEASE_MS;
  }

  #isCountingFromNow({ keptUntil }: Kept): boolean {
    return keptUntil === Number.POSITIVE_INFINITY;
  }

  #free(poolNumber: number, who: number): readonly string[] {
    const used = new Set(this.#sessions.map(({ machineId }) => machineId));
    const own = this.#assigned.get(who);
    if (poolNumber === 1 && own !== undefined) return used.has(own) ? [] : [own];
    const others = new Set(
      [...this.#assigned].filter(([one]) => one !== who).map(([, machineId]) => machineId),
    );
    return (this.#machines[poolNumber] ?? []).filter((id) => !used.has(id) && !others.has(id));
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "ask":
        return this.#ask(step.person, step.pool);
      case "open":
      case "close":
        return this.#turnViewer(step.which, step.do);
      case "kill":
        return this.#kill(step.which);
      case "give-back":
        return this.#giveBack(step.person, step.pool);
      case "sign-out":
        return this.#signOut(step.person);
      case "explain":
        return this.#explain(step.person, step.pool);
      case "gateway-crash":
        // A ticket that nobody has used yet is good for a gateway that comes back, too.
        for (const session of [...this.#sessions])
          for (const [id, { isOpen }] of [...session.viewers]) if (isOpen) this.#lose(session, id);
        return this.#register();
      case "gateway-silence":
        return this.#silence();
      case "broker-restart":
        this.#broker = startBroker(this.#features);
        await this.#broker.reconciler.runOnce();
        this.#expire();
        return this.#register();
      case "pass":
        return this.#pass(step.forMs);
    }
  }

  async #ask(who: number, poolNumber: number): Promise<void> {
    const poolId = this.#poolIds[poolNumber] ?? "";
    const known = this.#sessions.find((one) => one.person === who && one.pool === poolNumber);
    const free = this.#free(poolNumber, who);
    const caller = this.#callerOf(who);
    const asked = this.#broker.services.desktops.connect(caller, {
      poolId,
      protocol: undefined,
      address: "192.0.2.9",
    });
    if (!known && free.length === 0) {
      await expect(asked).rejects.toMatchObject({ code: "pool_full" });
      return;
    }
    const { sessionId, connectionId } = await asked;
    const viewer = { since: this.#now(), isOpen: false, signIn: caller.signInId };
    if (known) {
      expect(sessionId).toBe(known.id);
      known.viewers.set(connectionId, viewer);
      known.keptUntil = Math.max(known.keptUntil, this.#now() + TICKET_KEPT_MS);
      return;
    }
    const { session } = await this.#broker.services.sessions.find(sessionId);
    expect(free).toContain(session.machineId);
    if (poolNumber === 1) this.#assigned.set(who, session.machineId);
    this.#sessions.push({
      ...{ id: sessionId, person: who, pool: poolNumber, machineId: session.machineId },
      ...{
        viewers: new Map([[connectionId, viewer]]),
        wasOpened: false,
        keptUntil: this.#now() + TICKET_KEPT_MS,
      },
    });
  }

  async #turnViewer(number: number, turn: "open" | "close"): Promise<void> {
    const all = this.#sessions.flatMap((session) =>
      [...session.viewers.keys()].map((id) => ({ session, id })),
    );
    const { session, id: connectionId } = all[number % Math.max(1, all.length)] ?? {};
    if (!session || connectionId === undefined) return;
    if (turn === "close") {
      const report = { connectionId, bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
      await this.#broker.calls.connectionClosed({
        gatewayId: GATEWAY,
        report,
        reason: "viewer_left",
        detail: "",
      });
      this.#lose(session, connectionId);
      return;
    }
    await this.#broker.calls.connectionOpened({
      gatewayId: GATEWAY,
      connectionId,
      viewerAddress: "192.0.2.9",
    });
    const viewer = session.viewers.get(connectionId);
    if (viewer) viewer.isOpen = true;
    session.wasOpened = true;
    session.keptUntil = Number.POSITIVE_INFINITY;
  }

  async #kill(number: number): Promise<void> {
    const session = this.#sessions[number % Math.max(1, this.#sessions.length)];
    if (!session) return;
    expect(await this.#broker.ending.kill(session.id, actor)).toBe(true);
    this.#forget(session);
  }

  async #giveBack(who: number, poolNumber: number): Promise<void> {
    const session = this.#sessions.find((one) => one.person === who && one.pool === poolNumber);
    const given = this.#broker.services.desktops.endOwn(
      actor,
      this.#callerOf(who).userId,
      this.#poolIds[poolNumber] ?? "",
    );
    if (!session) {
      await expect(given).rejects.toMatchObject({ code: "not_found" });
      return;
    }
    await given;
    this.#forget(session);
  }

  async #signOut(who: number): Promise<void> {
    const caller = this.#callerOf(who);
    await this.#broker.services.signIn.signOut(caller, "192.0.2.9");
    for (const session of [...this.#sessions])
      for (const [id, { signIn }] of [...session.viewers])
        if (signIn === caller.signInId) this.#lose(session, id);
    this.#callers[who] = await this.#signIn(caller.userId);
  }

  /** Says what asking would do, and does nothing. */
  async #explain(who: number, poolNumber: number): Promise<void> {
    const asked = { userId: this.#callerOf(who).userId, poolId: this.#poolIds[poolNumber] ?? "" };
    const known = this.#sessions.some((one) => one.person === who && one.pool === poolNumber);
    const wanted = known || this.#free(poolNumber, who).length > 0 ? "would-connect" : "pool_full";
    const { outcome } = await this.#broker.services.explain.explain({
      ...{ ...asked, protocol: undefined, address: undefined },
    });
    expect(outcome).toBe(wanted);
  }

  async #silence(): Promise<void> {
    this.#features.clock.advance(GATEWAY_SILENCE_MS);
    await this.#broker.reconciler.runOnce();
    for (const session of [...this.#sessions])
      for (const id of [...session.viewers.keys()]) this.#lose(session, id);
    this.#expire();
    await this.#register();
  }

  /** Reports come in all the time; what is over is over at the latest when they do. */
  async #pass(forMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += 15_000) {
      this.#features.clock.advance(Math.min(15_000, forMs - passed));
      await this.#report();
      await this.#broker.reconciler.runOnce();
      this.#expire();
    }
  }

  /** What the reconciler finds to be over. */
  #expire(): void {
    for (const session of [...this.#sessions])
      for (const [id, { since, isOpen }] of [...session.viewers])
        if (!isOpen && since + TICKET_KEPT_MS < this.#now()) this.#lose(session, id);
    for (const session of [...this.#sessions]) if (session.keptUntil < this.#now()) this.#forget(session);
  }

  #callerOf(who: number): Caller {
    const caller = this.#callers[who];
    if (!caller) throw new Error("there is no such person");
    return caller;
  }

  /** The model's sessions are the database's, and no machine is in two. */
  async compare(): Promise<void> {
    const live = await this.#features.db
      .selectFrom("sessions")
      .select(["id", "machineId", "state", "leaseExpiresAt"])
      .where("state", "!=", "ended")
      .execute();
    expect(new Set(live.map(({ id }) => id))).toEqual(new Set(this.#sessions.map(({ id }) => id)));
    expect(new Set(live.map(({ machineId }) => machineId)).size).toBe(live.length);
    for (const { id, state, leaseExpiresAt } of live) {
      const session = this.#sessions.find((one) => one.id === id);
      const hasViewer = [...(session?.viewers.values() ?? [])].some(({ isOpen }) => isOpen);
      if (hasViewer) expect(state).toBe("active");
      expect(leaseExpiresAt).not.toBeNull();
    }
  }

  /** However it went: when everybody is gone, every machine is free again. */
  async expectNothingLeaks(): Promise<void> {
    await this.take({ do: "gateway-crash" });
    // First the tickets that nobody used go, and with them the last reason to keep a session beyond its rule.
    await this.#pass(TICKET_KEPT_MS + 1);
    await this.compare();
    await this.#pass(RELEASE_MS + 1);
    await this.compare();
    expect(this.#sessions).toEqual([]);
    const occupancy = await this.#broker.services.pools.readOccupancy(this.#poolIds[0] ?? "");
    expect(occupancy).toMatchObject({ machines: 2, inUse: 0 });
  }
}

test("no machine is ever in two sessions, and none is kept for nobody", async () => {
  expect(RELEASE_MS).not.toBe(DEFAULT_RELEASE.afterDisconnectMs);
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
      const site = await Site.open();
      try {
        for (const step of steps) {
          await site.take(step);
          await site.compare();
        }
        await site.expectNothingLeaks();
      } finally {
        await site.close();
      }
    }),
    { numRuns: 60 },
  );
}, 180_000);
