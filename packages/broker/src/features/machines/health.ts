/**
 * Probes every machine through a gateway, again and again, and writes down when its state changes.
 *
 * Machines are spread over the interval, few are asked at once, and those that stay silent are asked less often.
 * INVARIANT: one probe per machine at a time; a change of state is written and told once.
 */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import { PROBE_INTERVAL_MS, stateAfter, waitAfter } from "../../domain/health.ts";
import type { Changes } from "../events/hub.ts";
import type { HealthStore, ProbedMachine, ProbeResult, Prober } from "./ports.ts";

interface MachineHealthDeps {
  readonly health: HealthStore;
  readonly gateways: Prober;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** LIMIT: machines asked at the same time. */
export const MAX_PROBES_AT_ONCE = 8;
const TICK_MS = 1_000;
const LIST_INTERVAL_MS = 30_000;
/** A machine that was told to start is asked often for so long. */
const STARTING_MS = 10 * 60_000;
const STARTING_INTERVAL_MS = 5_000;

interface Watched {
  machine: ProbedMachine;
  dueAt: number;
  failures: number;
  checkedAt: number | undefined;
  isBeingProbed: boolean;
}

export class MachineHealth {
  readonly #deps: MachineHealthDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #looks = new Set<Promise<void>>();
  /** Machines that were told to start, and until when they are asked often. */
  readonly #starting = new Map<string, number>();
  #listedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(deps: MachineHealthDeps) {
    this.#deps = deps;
  }

  /** The first call starts probing, later ones change nothing. */
  start(): void {
    if (this.#timer === undefined) this.#plan();
  }

  /** Resolves once the probes under way have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#looks);
  }

  /** The machine was told to start: asks it soon, and often until it answers or has had its time. */
  hurry(machineId: string): void {
    const now = this.#deps.clock.now();
    this.#starting.set(machineId, now + STARTING_MS);
    const watched = this.#watched.get(machineId);
    if (watched) watched.dueAt = Math.min(watched.dueAt, now + STARTING_INTERVAL_MS);
    // Entered only just now.
    else this.#listedAt = Number.NEGATIVE_INFINITY;
  }

  checkedAt(machineId: string): number | undefined {
    return this.#watched.get(machineId)?.checkedAt;
  }

  /** Begins the probes that are due, as many as may run, and resolves when they have ended. */
  async runOnce(): Promise<void> {
    const now = this.#deps.clock.now();
    if (this.#listedAt + LIST_INTERVAL_MS <= now) await this.#list(now);
    const due = [...this.#watched.values()]
      .filter(({ dueAt, isBeingProbed }) => !isBeingProbed && dueAt <= now)
      .sort((one, other) => one.dueAt - other.dueAt)
      .slice(0, Math.max(0, MAX_PROBES_AT_ONCE - this.#countRunning()));
    await Promise.all(due.map((watched) => this.#probe(watched)));
  }

  #plan(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      // The next look does not wait for slow machines; the limit on probes at once holds over all looks.
      const look = this.#look().finally(() => this.#looks.delete(look));
      this.#looks.add(look);
      this.#plan();
    }, TICK_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      await this.runOnce();
    } catch (cause) {
      this.#deps.log.error({ detail: "machine health", cause }, "Probing failed");
    }
  }

  #countRunning(): number {
    return [...this.#watched.values()].filter(({ isBeingProbed }) => isBeingProbed).length;
  }

  /** Takes up machines that are new, somewhere in the coming interval, and forgets those that are gone. */
  async #list(now: number): Promise<void> {
    this.#listedAt = now;
    const machines = await this.#deps.health.listProbed();
    const ids = new Set(machines.map(({ id }) => id));
    for (const [id, until] of this.#starting) if (until <= now || !ids.has(id)) this.#starting.delete(id);
    for (const id of this.#watched.keys()) if (!ids.has(id)) this.#watched.delete(id);
    for (const machine of machines) {
      const known = this.#watched.get(machine.id);
      if (known) known.machine = machine;
      else
        this.#watched.set(machine.id, {
          ...newlyWatched(machine),
          dueAt: now + (this.#starting.has(machine.id) ? 0 : this.#share() * PROBE_INTERVAL_MS),
        });
    }
  }

  async #probe(watched: Watched): Promise<void> {
    watched.isBeingProbed = true;
    // Holds where nothing comes of this probe.
    watched.dueAt = this.#deps.clock.now() + PROBE_INTERVAL_MS;
    try {
      const result = await this.#ask(watched.machine);
      if (result) await this.#note(watched, result);
    } finally {
      watched.isBeingProbed = false;
    }
  }

  /** Up where one protocol answers; the detail names those that do not. `undefined` where no gateway could ask. */
  async #ask({
    targets,
    zoneId,
  }: ProbedMachine): Promise<Pick<ProbeResult, "isReachable" | "detail"> | undefined> {
    const answers: string[] = [];
    let isReachable = false;
    for (const { protocol, target } of targets) {
      try {
        const answer = await this.#deps.gateways.probe(target, protocol, zoneId);
        isReachable ||= answer.isReachable;
        answers.push(`${protocol}: ${answer.isReachable ? "answers" : answer.detail}`);
      } catch (cause) {
        if (cause instanceof DeskgateError && cause.code === "no_gateway") return undefined;
        throw cause;
      }
    }
    return { isReachable, detail: answers.join("; ").slice(0, MAX_DETAIL_CHARACTERS) };
  }

  async #note(watched: Watched, { isReachable, detail }: Pick<ProbeResult, "isReachable" | "detail">) {
    const { health, clock, changes, log } = this.#deps;
    const now = clock.now();
    watched.checkedAt = now;
    watched.failures = isReachable ? 0 : watched.failures + 1;
    const machineId = watched.machine.id;
    watched.dueAt = now + this.#waitFor(watched);
    const state = stateAfter(watched.failures);
    if (state === undefined) return;
    if (!(await health.write({ machineId, state, since: now, detail }))) return;
    log.info({ machineId, detail }, state === "up" ? "Machine is up" : "Machine is down");
    changes.changed("machines", machineId);
    changes.changed("desktops");
  }

  #waitFor({ machine, failures }: Watched): number {
    if (failures === 0) this.#starting.delete(machine.id);
    const until = this.#starting.get(machine.id);
    const isStarting = until !== undefined && this.#deps.clock.now() < until;
    return isStarting ? STARTING_INTERVAL_MS : waitAfter(failures, this.#share());
  }

  /** A random share from 0 to 1. */
  #share(): number {
    const [byte = 0] = this.#deps.random.bytes(1);
    return byte / 255;
  }
}

/** LIMIT: characters of a detail. */
const MAX_DETAIL_CHARACTERS = 500;

function newlyWatched(machine: ProbedMachine): Watched {
  return { machine, dueAt: 0, failures: 0, checkedAt: undefined, isBeingProbed: false };
}
