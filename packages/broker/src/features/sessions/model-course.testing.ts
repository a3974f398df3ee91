/**
 * Takes each step on the product and in the model alike, and holds the one against the other. Not part of the program.
 */
import { GATEWAY_SILENCE_MS } from "@deskgate/contract";
import { expect } from "vitest";
import { MachineHealthStore } from "../../store/health-store.ts";
import { DEDICATED_POOL, type Got, Model } from "./model.testing.ts";
import { actor, GATEWAY, Site, SuddenEnd, VIEWER_ADDRESS } from "./model-site.testing.ts";
import { type Death, MACHINES, RELEASE_MS, type Step, TICKET_KEPT_MS } from "./model-steps.testing.ts";

export class Course {
  readonly #site: Site;
  readonly #model: Model;

  private constructor(site: Site) {
    this.#site = site;
    const { machineIds, poolMachines } = site;
    this.#model = new Model({ now: () => site.clock.now(), machineIds, poolMachines });
  }

  static async open(): Promise<Course> {
    return new Course(await Site.open());
  }

  close(): Promise<void> {
    return this.#site.close();
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "ask":
        return this.#ask(step.person, step.pool);
      case "ask-and-die":
        return this.#askAndDie(step.person, step.pool, step.at);
      case "probe":
        return this.#probe(step.machine, step.isUp ? "up" : "down");
      case "maintain":
        return this.#maintain(step.machine, step.isInMaintenance);
      case "take-back":
        return this.#takeBack(step.person);
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
        return this.#crashGateway();
      case "gateway-silence":
        return this.#silence();
      case "broker-restart":
        return this.#restart();
      case "pass":
        return this.#pass(step.forMs);
    }
  }

  /** The model's sessions are the database's, and no machine is in two. */
  async compare(): Promise<void> {
    const live = await this.#site.db
      .selectFrom("sessions")
      .select(["id", "machineId", "state", "leaseExpiresAt"])
      .where("state", "!=", "ended")
      .execute();
    const { sessions } = this.#model;
    expect(new Set(live.map(({ id }) => id))).toEqual(new Set(sessions.map(({ id }) => id)));
    expect(new Set(live.map(({ machineId }) => machineId)).size).toBe(live.length);
    for (const { id, state, leaseExpiresAt } of live) {
      const session = sessions.find((one) => one.id === id);
      const hasViewer = [...(session?.viewers.values() ?? [])].some(({ isOpen }) => isOpen);
      if (hasViewer) expect(state).toBe("active");
      expect(leaseExpiresAt).not.toBeNull();
      if (session)
        session.activeUntil = state === "active" ? Number(leaseExpiresAt) : Number.POSITIVE_INFINITY;
    }
  }

  /** However it went: when everybody is gone, every machine is free again. */
  async expectNothingLeaks(): Promise<void> {
    await this.#crashGateway();
    // First the tickets that nobody used go, and with them the last reason to keep a session beyond its rule.
    await this.#pass(TICKET_KEPT_MS + 1);
    await this.compare();
    await this.#pass(RELEASE_MS + 1);
    await this.compare();
    expect(this.#model.sessions).toEqual([]);
    const occupancy = await this.#site.broker.services.pools.readOccupancy(this.#site.poolIdOf(0));
    expect(occupancy).toMatchObject({ machines: 2, inUse: 0 });
    await this.#expectAllCanBeHad();
  }

  /** Two people get the floating pool's machines, and the third the one that is left. */
  async #expectAllCanBeHad(): Promise<void> {
    for (const number of MACHINES.keys()) {
      await this.#probe(number, "up");
      await this.#maintain(number, false);
    }
    for (const who of this.#site.callers.keys()) await this.#takeBack(who);
    const asked: readonly (readonly [number, number])[] = [
      [0, 0],
      [1, 0],
      [2, 1],
    ];
    for (const [who, poolNumber] of asked) await this.#ask(who, poolNumber);
    const used = this.#model.sessions.map(({ machineId }) => machineId);
    expect(new Set(used)).toEqual(new Set(this.#site.machineIds));
    await this.compare();
  }

  async #ask(who: number, poolNumber: number): Promise<void> {
    const refusal = this.#model.refusal(poolNumber, who);
    const asked = this.#site.connect(who, poolNumber);
    if (refusal !== undefined) {
      await expect(asked).rejects.toMatchObject({ code: refusal });
      return;
    }
    const { sessionId, connectionId } = await asked;
    await this.#gain(who, poolNumber, { sessionId, connectionId, isUnknown: false });
    this.#model.keepForTicket(who, poolNumber);
  }

  /** The broker dies on the way; what it had written by then is there, and nobody has the ticket. */
  async #askAndDie(who: number, poolNumber: number, at: Death): Promise<void> {
    const refusal = this.#model.refusal(poolNumber, who);
    this.#site.dieAt(at);
    const asked = this.#site.connect(who, poolNumber);
    // It may die before it says no, too.
    if (refusal === undefined || at === "claim:before-commit")
      await expect(asked).rejects.toBeInstanceOf(SuddenEnd);
    else await expect(asked).rejects.toMatchObject({ code: refusal });
    this.#site.dieAt(undefined);
    if (refusal === undefined && at !== "claim:before-commit") await this.#findUnknown(who, poolNumber, at);
    await this.#restart();
  }

  async #findUnknown(who: number, poolNumber: number, at: Death): Promise<void> {
    const known = new Set(this.#model.sessions.flatMap(({ viewers }) => [...viewers.keys()]));
    const rows = await this.#site.db
      .selectFrom("connections")
      .select(["id", "sessionId"])
      .where("state", "=", "reserved")
      .execute();
    const [unknown, ...more] = rows.filter(({ id }) => !known.has(id));
    if (!unknown || more.length > 0) throw new Error("one connection was written, and that is not there");
    const { id: connectionId, sessionId } = unknown;
    await this.#gain(who, poolNumber, { sessionId, connectionId, isUnknown: true });
    // Only who is told that a gateway waits keeps it for as long as the ticket lives.
    if (at === "claim:ready") this.#model.keepForTicket(who, poolNumber);
  }

  /** The person has a ticket of this session, which is theirs or new. */
  async #gain(who: number, poolNumber: number, ticket: Omit<Got, "signIn">): Promise<void> {
    const got = { ...ticket, signIn: this.#site.callerOf(who).signInId };
    const known = this.#model.sessionOf(who, poolNumber);
    if (known) {
      expect(got.sessionId).toBe(known.id);
      this.#model.awaitViewer(known, got);
      return;
    }
    const { session } = await this.#site.broker.services.sessions.find(got.sessionId);
    expect(this.#model.fit(poolNumber, who)).toContain(session.machineId);
    this.#model.begin({ person: who, pool: poolNumber, machineId: session.machineId }, got);
  }

  async #probe(number: number, state: "up" | "down"): Promise<void> {
    const machineId = this.#site.machineIdOf(number);
    const said = { machineId, state, since: this.#site.clock.now(), detail: "" };
    await new MachineHealthStore(this.#site.db).write(said);
    this.#model.conditionOf(machineId).health = state;
  }

  async #maintain(number: number, isInMaintenance: boolean): Promise<void> {
    const machineId = this.#site.machineIdOf(number);
    await this.#site.broker.services.machines.update(machineId, { isInMaintenance }, actor);
    this.#model.conditionOf(machineId).isInMaintenance = isInMaintenance;
  }

  /** A machine that was bound to a person is anybody's again. */
  async #takeBack(who: number): Promise<void> {
    const poolId = this.#site.poolIdOf(DEDICATED_POOL);
    const { userId } = this.#site.callerOf(who);
    const taken = this.#site.broker.services.pools.removeAssignment(poolId, { userId }, actor);
    if (this.#model.takeBack(who)) await taken;
    else await expect(taken).rejects.toMatchObject({ code: "not_found" });
  }

  async #turnViewer(number: number, turn: "open" | "close"): Promise<void> {
    const all = this.#model.sessions.flatMap((session) =>
      [...session.viewers].filter(([, { isUnknown }]) => !isUnknown).map(([id]) => ({ session, id })),
    );
    const { session, id: connectionId } = all[number % Math.max(1, all.length)] ?? {};
    if (!session || connectionId === undefined) return;
    const { calls } = this.#site.broker;
    if (turn === "close") {
      const report = { connectionId, bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
      const ending = { report, reason: "viewer_left", detail: "" } as const;
      await calls.connectionClosed({ gatewayId: GATEWAY, ...ending });
      this.#model.lose(session, connectionId);
      return;
    }
    await calls.connectionOpened({ gatewayId: GATEWAY, connectionId, viewerAddress: VIEWER_ADDRESS });
    this.#model.openViewer(session, connectionId);
  }

  async #kill(number: number): Promise<void> {
    const { sessions } = this.#model;
    const session = sessions[number % Math.max(1, sessions.length)];
    if (!session) return;
    expect(await this.#site.broker.ending.kill(session.id, actor)).toBe(true);
    this.#model.forget(session);
  }

  async #giveBack(who: number, poolNumber: number): Promise<void> {
    const session = this.#model.sessionOf(who, poolNumber);
    const { userId } = this.#site.callerOf(who);
    const poolId = this.#site.poolIdOf(poolNumber);
    const given = this.#site.broker.services.desktops.endOwn(actor, userId, poolId);
    if (!session) {
      await expect(given).rejects.toMatchObject({ code: "not_found" });
      return;
    }
    await given;
    this.#model.forget(session);
  }

  async #signOut(who: number): Promise<void> {
    const caller = this.#site.callerOf(who);
    await this.#site.broker.services.signIn.signOut(caller, VIEWER_ADDRESS);
    this.#model.signOut(caller.signInId);
    await this.#site.signInAgain(who);
  }

  /** Says what asking would do, and does nothing. */
  async #explain(who: number, poolNumber: number): Promise<void> {
    const asked = { userId: this.#site.callerOf(who).userId, poolId: this.#site.poolIdOf(poolNumber) };
    const wanted = this.#model.refusal(poolNumber, who) ?? "would-connect";
    const { outcome } = await this.#site.broker.services.explain.explain({
      ...{ ...asked, protocol: undefined, address: undefined },
    });
    expect(outcome).toBe(wanted);
  }

  async #crashGateway(): Promise<void> {
    // A ticket that nobody has used yet is good for a gateway that comes back, too.
    this.#model.loseAll(({ isOpen }) => isOpen);
    await this.#register();
  }

  async #silence(): Promise<void> {
    this.#site.clock.advance(GATEWAY_SILENCE_MS);
    await this.#site.broker.reconciler.runOnce();
    this.#model.loseAll(() => true);
    this.#model.expire();
    await this.#register();
  }

  async #restart(): Promise<void> {
    this.#site.restartBroker();
    this.#model.restartBroker();
    await this.#site.broker.reconciler.runOnce();
    this.#model.expire();
    await this.#register();
  }

  #register(): Promise<void> {
    return this.#site.register(this.#model.openConnectionIds);
  }

  /** Reports come in all the time; what is over is over at the latest when they do. */
  async #pass(forMs: number): Promise<void> {
    for (let passed = 0; passed < forMs; passed += 15_000) {
      this.#site.clock.advance(Math.min(15_000, forMs - passed));
      await this.#site.report(this.#model.openConnectionIds);
      await this.#site.broker.reconciler.runOnce();
      this.#model.expire();
    }
  }
}
