import type { Protocol, Target } from "@deskgate/contract";
import { DeskgateError } from "@deskgate/contract";
import { beforeEach, describe, expect, test } from "vitest";
import { PROBE_INTERVAL_MS } from "../../domain/health.ts";
import { systemRandom } from "../../system-random.ts";
import { memoryLog, TestClock } from "../../testing.ts";
import type { Changes } from "../events/hub.ts";
import { MAX_PROBES_AT_ONCE, MachineHealth } from "./health.ts";
import type { HealthStore, NewHealth, ProbedMachine, ProbeResult } from "./ports.ts";

/** Remembers what was written, as the database does. */
class MemoryHealth implements HealthStore {
  machines: ProbedMachine[] = [];
  readonly written: NewHealth[] = [];

  async listProbed(): Promise<readonly ProbedMachine[]> {
    return this.machines;
  }

  async write(health: NewHealth): Promise<boolean> {
    const before = this.written.findLast(({ machineId }) => machineId === health.machineId);
    if (before?.state === health.state) return false;
    this.written.push(health);
    return true;
  }
}

const TWO_PROTOCOLS: readonly Protocol[] = ["rdp", "ssh"];
let clock: TestClock;
let store: MemoryHealth;
let asked: { readonly host: string; readonly protocol: Protocol; readonly at: number }[];
let answer: (target: Target, protocol: Protocol) => Promise<ProbeResult>;
let health: MachineHealth;
let changed: (readonly [string, string])[];
let log: ReturnType<typeof memoryLog>;

function machine(id: string, protocols: readonly Protocol[] = ["rdp"]): ProbedMachine {
  const target = { host: id, port: 1, isDeclaredLocal: false };
  return { id, zoneId: undefined, targets: protocols.map((protocol) => ({ protocol, target })) };
}

const up = async (): Promise<ProbeResult> => ({ isReachable: true, tookMs: 1, detail: "" });
const down = async (): Promise<ProbeResult> => ({ isReachable: false, tookMs: 1, detail: "refused" });

beforeEach(() => {
  clock = new TestClock();
  store = new MemoryHealth();
  log = memoryLog();
  asked = [];
  answer = up;
  const gateways = {
    probe: (target: Target, protocol: Protocol) => {
      asked.push({ host: target.host, protocol, at: clock.now() });
      return answer(target, protocol);
    },
  };
  changed = [];
  const changes: Changes = {
    changed: (topic, id) => void changed.push([topic, id ?? ""]),
    removed: () => {},
  };
  health = new MachineHealth({ health: store, gateways, changes, clock, random: systemRandom, log });
});

async function pass(durationMs: number, stepMs = 1_000): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += stepMs) {
    await health.runOnce();
    clock.advance(stepMs);
  }
}

describe("probing", () => {
  test("reaches every machine within the interval, and never all at once", async () => {
    store.machines = Array.from({ length: 200 }, (_, index) => machine(`m${index}`));
    await pass(PROBE_INTERVAL_MS + 10_000);
    expect(new Set(asked.map(({ host }) => host)).size).toBe(200);
    const perSecond = Map.groupBy(asked, ({ at }) => at);
    for (const list of perSecond.values()) expect(list.length).toBeLessThanOrEqual(MAX_PROBES_AT_ONCE);
    expect(perSecond.size).toBeGreaterThan(20);
  });

  test("runs as many at once as are allowed while machines are slow, and none twice", async () => {
    store.machines = Array.from({ length: 20 }, (_, index) => machine(`m${index}`));
    await health.runOnce();
    clock.advance(PROBE_INTERVAL_MS);
    asked = []; // chance may have made one due at once
    const waiting: (() => void)[] = [];
    answer = () =>
      new Promise((resolve) => waiting.push(() => resolve({ isReachable: true, tookMs: 1, detail: "" })));
    const looks = [health.runOnce(), health.runOnce(), health.runOnce()];
    await new Promise(setImmediate);
    expect(asked).toHaveLength(MAX_PROBES_AT_ONCE);
    expect(new Set(asked.map(({ host }) => host)).size).toBe(MAX_PROBES_AT_ONCE);
    for (const finish of waiting) finish();
    await Promise.all(looks);
  });

  test("asks a machine that stays down less and less often, and soon again after it came back", async () => {
    store.machines = [machine("m")];
    answer = down;
    await pass(60 * 60_000);
    const whileDown = asked.length;
    expect(whileDown).toBeLessThan(15);
    answer = up;
    await pass(30 * 60_000);
    expect(asked.length - whileDown).toBeGreaterThan(10);
  });

  test("asks a machine often that was told to start, until it answers", async () => {
    store.machines = [machine("m")];
    answer = down;
    await pass(60 * 60_000);
    asked = [];
    health.hurry("m");
    await pass(60_000);
    expect(asked.length).toBeGreaterThanOrEqual(10);
    answer = up;
    await pass(10_000);
    asked = [];
    await pass(60_000);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  test("takes up a machine at once that was told to start before it was ever listed", async () => {
    await health.runOnce();
    store.machines = [machine("new")];
    health.hurry("new");
    await pass(2_000);
    expect(asked.map(({ host }) => host)).toContain("new");
  });

  test("gives a machine that does not start up again after its time", async () => {
    store.machines = [machine("m")];
    answer = down;
    health.hurry("m");
    await pass(11 * 60_000);
    asked = [];
    await pass(10 * 60_000);
    expect(asked.length).toBeLessThan(5);
  });

  test("forgets a machine that is gone, and takes up a new one", async () => {
    store.machines = [machine("old")];
    await pass(PROBE_INTERVAL_MS + 1_000);
    store.machines = [machine("new")];
    await pass(30_000);
    asked = [];
    await pass(PROBE_INTERVAL_MS * 2);
    expect(new Set(asked.map(({ host }) => host))).toEqual(new Set(["new"]));
    expect(health.checkedAt("old")).toBeUndefined();
  });
});

describe("the state", () => {
  test("is written and told when it changes, and not again", async () => {
    store.machines = [machine("m")];
    await pass(5 * 60_000);
    answer = down;
    await pass(10 * 60_000);
    answer = up;
    await pass(20 * 60_000);
    expect(store.written.map(({ state }) => state)).toEqual(["up", "down", "up"]);
    expect(log.lines.map(({ message }) => message)).toEqual([
      ...["Machine is up", "Machine is down", "Machine is up"],
    ]);
    const told = [
      ["machines", "m"],
      ["desktops", ""],
    ];
    expect(changed).toEqual([...told, ...told, ...told]);
  });

  test("is not changed by one answer that is missing", async () => {
    store.machines = [machine("m")];
    await pass(2 * PROBE_INTERVAL_MS);
    let failures = 1;
    answer = () => (failures-- > 0 ? down() : up());
    await pass(5 * 60_000);
    expect(store.written.map(({ state }) => state)).toEqual(["up"]);
  });

  test("is up where one protocol answers, and names the other", async () => {
    store.machines = [machine("m", TWO_PROTOCOLS)];
    answer = (_, protocol) => (protocol === "rdp" ? up() : down());
    await pass(2 * PROBE_INTERVAL_MS);
    expect(store.written).toMatchObject([{ state: "up", detail: "rdp: answers; ssh: refused" }]);
  });

  test("stays unknown while no gateway can ask", async () => {
    store.machines = [machine("m")];
    answer = async () => {
      throw new DeskgateError("no_gateway");
    };
    await pass(10 * 60_000);
    expect(store.written).toEqual([]);
    expect(health.checkedAt("m")).toBeUndefined();
  });
});
