/**
 * The way from a person to a machine, hop by hop: one pure walk, for handing a desktop out and for explaining why it
 * would not be.
 *
 * INVARIANT: the walk decides nothing by chance and writes nothing; where several would do, `pick` says which.
 */
import {
  type ChoosingRefusal,
  HOPS,
  type Hop,
  type MachineState,
  type PoolKind,
  type Protocol,
} from "@deskgate/contract";
import { isExclusivePool } from "./pool.ts";

export interface MachineFacts {
  readonly id: string;
  readonly name: string;
  readonly protocols: readonly Protocol[];
  readonly health: MachineState;
  readonly isInMaintenance: boolean;
  /** It has an address to be woken by. */
  readonly canBeWoken: boolean;
  /** Absent: everywhere. */
  readonly zoneId: string | undefined;
}

export interface GatewayFacts {
  readonly id: string;
  /** Absent: everywhere. */
  readonly zoneId: string | undefined;
  readonly connections: number;
}

export interface NamedGateway extends GatewayFacts {
  readonly name: string;
}

export interface ChoosingFacts {
  readonly user: { readonly id: string; readonly name: string; readonly isDisabled: boolean } | undefined;
  readonly pool: { readonly id: string; readonly name: string; readonly kind: PoolKind } | undefined;
  readonly isEntitled: boolean;
  readonly access: { readonly isWithinWindow: boolean; readonly isNetworkAllowed: boolean };
  readonly policy: {
    /** Absent: as many as there are. */
    readonly maxSessions: number | undefined;
    /** Absent: every one. */
    readonly protocols: readonly Protocol[] | undefined;
  };
  /** The protocol asked for. */
  readonly wanted: Protocol | undefined;
  /** Of this person, on whatever pool. */
  readonly liveSessions: number;
  /** This person's live session on this pool. */
  readonly session: { readonly id: string; readonly machine: MachineFacts } | undefined;
  /** The machine of a dedicated pool that is this person's; `isTaken`: another session has it. */
  readonly assigned: { readonly machine: MachineFacts; readonly isTaken: boolean } | undefined;
  readonly machineCount: number;
  /** Machines of the pool that a new session may have; need not be all of them. */
  readonly free: readonly MachineFacts[];
  /** Gateways that are ready. */
  readonly gateways: readonly NamedGateway[];
}

export interface HopResult {
  readonly hop: Hop;
  readonly verdict: "ok" | "failed" | "skipped";
  readonly sentence: string;
  readonly detail: string;
}

export interface Way {
  /** The session that is taken up; absent where a new one is to be made. */
  readonly sessionId: string | undefined;
  readonly machine: MachineFacts;
  readonly protocol: Protocol;
  readonly gateway: NamedGateway;
  /** A machine that becomes this person's. */
  readonly isNewAssignment: boolean;
}

export type WalkRefusal = ChoosingRefusal | "user_disabled";

export interface Walk {
  /** `wakes`: the way would be open if its machine, which is off, were on. */
  readonly outcome: { readonly way: Way } | { readonly wakes: Way } | { readonly refused: WalkRefusal };
  readonly hops: readonly HopResult[];
}

/** An index below `count`, which is at least one. */
export type Pick = (count: number) => number;

type WalkedHop = Exclude<Hop, "probe">;
/** Hops of the walk; the probe is not the walk's. */
const WALKED = HOPS.filter((hop): hop is WalkedHop => hop !== "probe");

/** What is left of the machines, and what is known so far. */
interface Standing {
  readonly machines: readonly MachineFacts[];
  readonly protocols: ReadonlyMap<string, Protocol>;
  /** Every machine left is off and can be woken. */
  readonly isAsleep: boolean;
}

type Step =
  | {
      readonly is: "ok";
      readonly sentence: string;
      readonly detail?: string;
      readonly now?: Partial<Standing>;
    }
  | { readonly is: "skipped"; readonly sentence: string }
  | {
      readonly is: "failed";
      readonly code: WalkRefusal;
      readonly sentence: string;
      readonly detail?: string;
    };

const STEPS: Readonly<Record<WalkedHop, (facts: ChoosingFacts, standing: Standing) => Step>> = {
  identity,
  entitlement,
  access,
  policy,
  session,
  pool,
  health,
  protocol,
  zone,
  gateway,
};

export function walk(facts: ChoosingFacts, pick: Pick): Walk {
  const hops: HopResult[] = [];
  let standing: Standing = { machines: [], protocols: new Map(), isAsleep: false };
  for (const hop of WALKED) {
    const step = STEPS[hop](facts, standing);
    hops.push({ hop, verdict: step.is, sentence: step.sentence, detail: detailOf(step) });
    if (step.is === "failed")
      return { outcome: { refused: step.code }, hops: [...hops, ...skippedAfter(hop)] };
    if (step.is === "ok") standing = { ...standing, ...step.now };
  }
  const way = wayOf(facts, standing, pick);
  return { outcome: standing.isAsleep ? { wakes: way } : { way }, hops };
}

function detailOf(step: Step): string {
  return step.is === "skipped" ? "" : (step.detail ?? "");
}

function skippedAfter(failed: WalkedHop): readonly HopResult[] {
  const rest = WALKED.slice(WALKED.indexOf(failed) + 1);
  return rest.map((hop) => ({ hop, verdict: "skipped", sentence: "Not looked at.", detail: "" }));
}

function identity({ user }: ChoosingFacts): Step {
  if (user === undefined) return failed("desktop_not_entitled", "There is no such person.");
  if (user.isDisabled) return failed("user_disabled", `${user.name} is disabled and cannot sign in.`);
  return { is: "ok", sentence: `${user.name} may sign in.` };
}

function entitlement({ pool: wanted, isEntitled }: ChoosingFacts): Step {
  if (wanted === undefined) return failed("desktop_not_entitled", "There is no such pool.");
  if (!isEntitled)
    return failed("desktop_not_entitled", `No entitlement, own or of a group, leads to ${wanted.name}.`);
  return { is: "ok", sentence: `An entitlement leads to ${wanted.name}.` };
}

function access({ access: { isWithinWindow, isNetworkAllowed } }: ChoosingFacts): Step {
  if (!isWithinWindow) return failed("outside_time_window", "No entitlement's time window is open now.");
  if (!isNetworkAllowed) return failed("network_not_allowed", "No entitlement allows the person's network.");
  return { is: "ok", sentence: "Time and network are allowed." };
}

function policy({
  policy: { maxSessions, protocols },
  wanted,
  liveSessions,
  session: own,
}: ChoosingFacts): Step {
  if (wanted !== undefined && protocols !== undefined && !protocols.includes(wanted))
    return failed("protocol_not_allowed", `The policy does not allow ${wanted}.`, protocols.join(", "));
  // One's own session may always be taken up again.
  if (own === undefined && maxSessions !== undefined && maxSessions <= liveSessions)
    return failed("session_limit_reached", `The person has ${liveSessions} of ${maxSessions} sessions.`);
  return { is: "ok", sentence: "The policy has nothing against it." };
}

function session({ session: own }: ChoosingFacts): Step {
  if (own === undefined) return { is: "skipped", sentence: "The person has no session on this pool." };
  return {
    is: "ok",
    sentence: `The person has a session on ${own.machine.name}, which is offered again.`,
    detail: own.id,
    now: { machines: [own.machine] },
  };
}

function pool(facts: ChoosingFacts): Step {
  const { session: own, assigned, machineCount, free } = facts;
  if (own !== undefined) return { is: "skipped", sentence: "No machine is to be chosen." };
  if (assigned !== undefined) return fromAssigned(assigned);
  if (machineCount === 0) return failed("pool_empty", "The pool has no machine.");
  if (free.length === 0)
    return failed("pool_full", "Every machine of the pool is in use or assigned.", countOf(machineCount));
  return {
    is: "ok",
    sentence: "The pool has a free machine.",
    detail: `${free.length} of ${countOf(machineCount)}`,
    now: { machines: free },
  };
}

function fromAssigned({ machine, isTaken }: NonNullable<ChoosingFacts["assigned"]>): Step {
  if (isTaken) return failed("pool_full", `Another session is on ${machine.name}, the person's own machine.`);
  return { is: "ok", sentence: `${machine.name} is the person's own machine.`, now: { machines: [machine] } };
}

/** Maintenance and a failed probe keep new sessions away; whoever is on the machine already may come back to it. */
function health({ session: own }: ChoosingFacts, { machines }: Standing): Step {
  if (own !== undefined)
    return {
      is: "ok",
      sentence: "The session's machine is tried whatever its state.",
      detail: own.machine.health,
    };
  const open = machines.filter(({ isInMaintenance }) => !isInMaintenance);
  if (open.length === 0) return failed("machine_in_maintenance", "In maintenance.", namesOf(machines));
  const notDown = open.filter((machine) => machine.health !== "down");
  if (notDown.length === 0) return fromDown(open);
  const up = notDown.filter((machine) => machine.health === "up");
  const best = up.length > 0 ? up : notDown;
  const sentence = up.length > 0 ? "The last probe got an answer." : "Nothing is known against it.";
  return { is: "ok", sentence, now: { machines: best } };
}

function fromDown(down: readonly MachineFacts[]): Step {
  const asleep = down.filter(({ canBeWoken }) => canBeWoken);
  if (asleep.length === 0) return failed("machine_down", "The last probe got no answer.", namesOf(down));
  return {
    is: "ok",
    sentence: "The last probe got no answer; connecting starts the machine by Wake-on-LAN.",
    detail: namesOf(asleep),
    now: { machines: asleep, isAsleep: true },
  };
}

/** The one asked for, or else the first that is allowed. */
function protocol({ wanted, policy: { protocols: allowed } }: ChoosingFacts, { machines }: Standing): Step {
  const fitting = new Map<string, Protocol>();
  for (const machine of machines) {
    const known = machine.protocols.filter((one) => allowed === undefined || allowed.includes(one));
    const chosen = wanted === undefined ? known[0] : known.find((one) => one === wanted);
    if (chosen !== undefined) fitting.set(machine.id, chosen);
  }
  const left = machines.filter(({ id }) => fitting.has(id));
  if (left.length > 0)
    return {
      is: "ok",
      sentence: "The machine has the protocol.",
      now: { machines: left, protocols: fitting },
    };
  const isForbidden = wanted === undefined && machines.some(({ protocols }) => protocols.length > 0);
  return isForbidden
    ? failed("protocol_not_allowed", "The policy allows none of the machine's protocols.", namesOf(machines))
    : failed("machine_protocol_missing", `The machine has no ${wanted ?? "protocol"}.`, namesOf(machines));
}

function zone(facts: ChoosingFacts, { machines }: Standing): Step {
  // Without any gateway it is not the zone that is in the way.
  if (facts.gateways.length === 0) return { is: "skipped", sentence: "No gateway is ready in any zone." };
  const served = machines.filter((machine) => facts.gateways.some((one) => serves(one, machine)));
  if (served.length === 0)
    return failed("zone_without_gateway", "No gateway of the machine's zone is ready.", namesOf(machines));
  return { is: "ok", sentence: "A gateway serves the machine's zone.", now: { machines: served } };
}

function gateway(facts: ChoosingFacts): Step {
  if (facts.gateways.length === 0) return failed("no_gateway", "No gateway is ready.");
  return {
    is: "ok",
    sentence: "A gateway is ready.",
    detail: facts.gateways.map(({ name }) => name).join(", "),
  };
}

interface InZone {
  /** Absent: everywhere. */
  readonly zoneId: string | undefined;
}

/** Whether the gateway reaches the machine: one of them is of no zone, or both are of the same. */
export function serves(gatewayFacts: InZone, machine: InZone): boolean {
  const isAnywhere = gatewayFacts.zoneId === undefined || machine.zoneId === undefined;
  return isAnywhere || gatewayFacts.zoneId === machine.zoneId;
}

/** Any machine that is left; of the gateways that serve it the least loaded, any among equals. */
function wayOf(facts: ChoosingFacts, { machines, protocols }: Standing, pick: Pick): Way {
  const machine = picked(machines, pick);
  const serving = facts.gateways.filter((one) => serves(one, machine));
  const least = Math.min(...serving.map(({ connections }) => connections));
  const chosen = picked(
    serving.filter(({ connections }) => connections === least),
    pick,
  );
  const wayProtocol = protocols.get(machine.id);
  if (wayProtocol === undefined) throw new Error("a machine came through the walk without a protocol");
  const isNew = facts.session === undefined;
  return {
    ...{ sessionId: facts.session?.id, machine, protocol: wayProtocol, gateway: chosen },
    isNewAssignment: isNew && facts.pool?.kind === "dedicated" && facts.assigned === undefined,
  };
}

function picked<Item>(items: readonly Item[], pick: Pick): Item {
  const item = items[pick(items.length)];
  if (item === undefined) throw new Error("there is nothing to pick from");
  return item;
}

function failed(code: WalkRefusal, sentence: string, detail = ""): Step {
  return { is: "failed", code, sentence, detail };
}

function countOf(machines: number): string {
  return machines === 1 ? "1 machine" : `${machines} machines`;
}

const MAX_NAMES = 5;

function namesOf(machines: readonly MachineFacts[]): string {
  const names = machines.slice(0, MAX_NAMES).map(({ name }) => name);
  return machines.length > MAX_NAMES ? `${names.join(", ")} and others` : names.join(", ");
}

/** The session that the way needs has its machine to itself. */
export function isExclusiveWay(facts: ChoosingFacts): boolean {
  return facts.pool !== undefined && isExclusivePool(facts.pool.kind);
}
