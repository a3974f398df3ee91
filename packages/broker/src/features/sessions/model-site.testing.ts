/**
 * The product that the model is held against: a real broker on a real database, with machines, pools and people, that
 * can die at a point and start again. It knows nothing of the model. Not part of the program.
 */
import { PERMISSION_NAMES, SILENT_METER } from "@deskgate/contract";
import { composeBroker } from "../../compose.ts";
import type { Caller } from "../../domain/caller.ts";
import type { FaultPoint, Faults } from "../../domain/faults.ts";
import { createBrokerCalls } from "../../link/broker-calls.ts";
import { Gateways } from "../../link/gateways.ts";
import { Reconciler } from "../../reconcile/reconciler.ts";
import { createSealing } from "../../secrets/sealing.ts";
import { PruningStore } from "../../store/prune-store.ts";
import { systemRandom } from "../../system-random.ts";
import { MemoryGateway, openTestFeatures, TEST_KEY } from "../../testing.ts";
import { MACHINES, PEOPLE, RELEASE_MS } from "./model-steps.testing.ts";

export const GATEWAY = "g1";
export const VIEWER_ADDRESS = "192.0.2.9";
export const actor = { userId: undefined, name: "test", address: "192.0.2.1" };

type Features = Awaited<ReturnType<typeof openTestFeatures>>;

/** A broker's sudden end: nothing that it was at goes on. */
export class SuddenEnd extends Error {}

function startBroker({ db, clock, hasher, log }: Features, faults: Faults) {
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
    faults,
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

export class Site {
  readonly #features: Features;
  #broker: ReturnType<typeof startBroker>;
  #diesAt: FaultPoint | undefined;
  readonly #callers: Caller[] = [];
  readonly #poolIds: string[] = [];
  readonly #machineIds: string[] = [];
  /** Of each pool. */
  readonly #poolMachines: (readonly string[])[] = [];

  private constructor(features: Features) {
    this.#features = features;
    this.#broker = this.#start();
  }

  static async open(): Promise<Site> {
    const site = new Site(await openTestFeatures());
    await site.#furnish();
    return site;
  }

  close(): Promise<void> {
    return this.#features.close();
  }

  get broker() {
    return this.#broker;
  }

  get db() {
    return this.#features.db;
  }

  get clock() {
    return this.#features.clock;
  }

  get callers(): readonly Caller[] {
    return this.#callers;
  }

  get machineIds(): readonly string[] {
    return this.#machineIds;
  }

  get poolMachines(): readonly (readonly string[])[] {
    return this.#poolMachines;
  }

  callerOf(who: number): Caller {
    const caller = this.#callers[who];
    if (!caller) throw new Error("there is no such person");
    return caller;
  }

  poolIdOf(poolNumber: number): string {
    return this.#poolIds[poolNumber] ?? "";
  }

  machineIdOf(number: number): string {
    return this.#machineIds[number] ?? "";
  }

  /** From now on the broker dies when it comes to this point; without one, it lives. */
  dieAt(point: FaultPoint | undefined): void {
    this.#diesAt = point;
  }

  restartBroker(): void {
    this.#broker = this.#start();
  }

  #start() {
    const reach = async (point: FaultPoint) => {
      if (point === this.#diesAt) throw new SuddenEnd(point);
    };
    return startBroker(this.#features, { reach });
  }

  connect(who: number, poolNumber: number) {
    const asked = { poolId: this.poolIdOf(poolNumber), protocol: undefined, address: VIEWER_ADDRESS };
    return this.#broker.services.desktops.connect(this.callerOf(who), asked);
  }

  /** The gateway comes (again) and names what it has. */
  async register(openConnectionIds: string[]): Promise<void> {
    await this.#broker.calls.register({ gatewayId: GATEWAY, openConnectionIds });
    await this.report(openConnectionIds);
  }

  async report(openConnectionIds: readonly string[]): Promise<void> {
    const numbers = { bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
    const connections = openConnectionIds.map((connectionId) => ({ connectionId, ...numbers }));
    await this.#broker.calls.report({ gatewayId: GATEWAY, connections });
  }

  async signInAgain(who: number): Promise<void> {
    this.#callers[who] = await this.#signIn(this.callerOf(who).userId);
  }

  async #signIn(userId: string): Promise<Caller> {
    const { path } = await this.#broker.services.users.createLink(userId, 60_000, actor);
    const origin = { address: VIEWER_ADDRESS, userAgent: "", previousToken: undefined };
    return (await this.#broker.services.signIn.withLink(path.reveal().split("#")[1] ?? "", origin)).caller;
  }

  async #furnish(): Promise<void> {
    await this.#makeMachines();
    await this.#makePools();
    await this.#makePeople();
    await this.register([]);
  }

  async #makeMachines(): Promise<void> {
    for (const name of MACHINES) {
      const fields = { name, description: "", host: "192.0.2.10", isDeclaredLocal: false } as const;
      const protocols = [{ protocol: "vnc", port: 5901 }] as const;
      const asked = { ...fields, protocols, trust: "first-use" } as const;
      this.#machineIds.push((await this.#broker.services.machines.create(asked, actor)).id);
    }
  }

  /** Pool 0 floats over machines a and b and is given back at signing out, pool 1 binds b and c. */
  async #makePools(): Promise<void> {
    this.#poolMachines.push(this.#machineIds.slice(0, 2), this.#machineIds.slice(1));
    for (const kind of ["floating", "dedicated"] as const) {
      const release = { afterDisconnectMs: RELEASE_MS, onSignOut: kind === "floating" };
      const machineIds = this.#poolMachines[this.#poolIds.length] ?? [];
      const fields = { name: kind, description: "", kind, machineIds, release };
      this.#poolIds.push((await this.#broker.services.pools.create(fields, actor)).id);
    }
  }

  /** Everybody may use both pools, and is signed in. */
  async #makePeople(): Promise<void> {
    const { entitlements, users } = this.#broker.services;
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
  }
}
