/** What looking after machines needs of others. */
import type {
  EndReason,
  MachineCredentialMode,
  Protocol,
  ShownIdentity,
  Target,
  Trust,
} from "@deskgate/contract";
import type { GatewayFacts } from "../../domain/choosing.ts";
import type { Machine, MachineIdentity } from "../../domain/machine.ts";
import type { Page, PageRequest } from "../../domain/page.ts";

export type MachineSort = "name" | "host" | "createdAt";

export interface MachineFilter {
  readonly protocol?: Protocol | undefined;
  readonly poolId?: string | undefined;
}

export interface ProtocolRow {
  readonly protocol: Protocol;
  readonly port: number;
  /** `undefined` keeps what is stored. INVARIANT: only the mode `stored` keeps secrets. */
  readonly credentialMode: MachineCredentialMode | undefined;
  readonly username: string | undefined;
  readonly domain: string | undefined;
  /** `undefined` keeps what is stored, `null` removes it. */
  readonly sealedPassword: string | null | undefined;
  readonly sealedPrivateKey: string | null | undefined;
  readonly sealedPassphrase: string | null | undefined;
}

export interface NewMachine {
  readonly id: string;
  readonly poolId: string;
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly isDeclaredLocal: boolean;
  readonly builtIn: string | undefined;
  readonly protocols: readonly ProtocolRow[];
  readonly trust: Trust;
  readonly tags: readonly string[];
  readonly zoneId: string | null;
  readonly macAddress: string | null;
  readonly isInMaintenance: boolean;
  readonly createdAt: number;
}

export interface MachineChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly host?: string | undefined;
  readonly isDeclaredLocal?: boolean | undefined;
  readonly protocols?: readonly ProtocolRow[] | undefined;
  readonly trust?: Trust | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly zoneId?: string | null | undefined;
  readonly macAddress?: string | null | undefined;
  readonly isInMaintenance?: boolean | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

/** A machine and the pool that hands out just this machine are made, renamed and removed together. */
export interface MachineStore {
  list(request: PageRequest<MachineSort>, filter: MachineFilter): Promise<Page<Machine>>;
  listAll(): Promise<readonly Machine[]>;
  isNameTaken(name: string): Promise<boolean>;
  find(machineId: string): Promise<Machine | undefined>;
  findBuiltIn(builtIn: string): Promise<Machine | undefined>;
  /** Throws `name_taken`, or `validation_failed` for an unknown zone. */
  create(machine: NewMachine): Promise<Machine>;
  /** Throws `name_taken` and `version_stale`; `undefined` where there is no such machine. */
  update(machineId: string, change: MachineChange): Promise<Machine | undefined>;
  /** Throws `version_stale`. */
  remove(machineId: string, ifVersion: number | undefined): Promise<boolean>;
}

/** A machine showed who it is; `id` is for the row where it was not seen before. */
export type Sighting = ShownIdentity & { readonly id: string; readonly at: number };

/** What the database made of a sighting. */
export interface Judged {
  readonly machineName: string;
  readonly trust: Trust;
  readonly state: "accepted" | "refused";
  readonly isNew: boolean;
  /** Whether an identity was accepted for the protocol before. */
  readonly hadAccepted: boolean;
}

export interface IdentityStore {
  /**
   * In one transaction: writes a sighting down, accepted where it is the first and the machine trusts first use.
   * `undefined` where there is no such machine.
   */
  judge(sighting: Sighting): Promise<Judged | undefined>;
  /** Accepts one and refuses all others of its protocol; `undefined` where there is none. */
  accept(request: {
    readonly machineId: string;
    readonly identityId: string;
    readonly at: number;
    readonly by: string;
  }): Promise<MachineIdentity | undefined>;
}

/** A machine as probing needs to know it. */
export interface ProbedMachine {
  readonly id: string;
  readonly zoneId: string | undefined;
  readonly targets: readonly { readonly protocol: Protocol; readonly target: Target }[];
}

export interface NewHealth {
  readonly machineId: string;
  readonly state: "up" | "down";
  readonly since: number;
  readonly detail: string;
}

export interface HealthStore {
  /** By the protocols that are probed; machines without such a protocol are left out. */
  listProbed(): Promise<readonly ProbedMachine[]>;
  /** Whether the state was another one before. Writes nothing otherwise. */
  write(health: NewHealth): Promise<boolean>;
}

export interface ProbeResult {
  readonly isReachable: boolean;
  readonly tookMs: number;
  readonly reason?: EndReason | undefined;
  readonly detail: string;
}

/** What became of the wish to wake a machine. */
export type WakeAsked =
  | { readonly is: "asked" }
  /** It was asked for or done only just now; `again`: when it may be. */
  | { readonly is: "too-soon"; readonly again: number }
  | { readonly is: "no-mac-address" }
  | { readonly is: "unknown" };

/** A machine that is to be woken. */
export interface Sleeper {
  readonly machineId: string;
  readonly macAddress: string;
  readonly host: string;
  readonly zoneId: string | undefined;
}

/**
 * Wishes to wake machines, written down so that they reach whichever broker has the gateways.
 * INVARIANT: a wish is taken once, however many brokers are on the database.
 */
export interface WakeStore {
  /** Writes the wish down, unless there was one within `intervalMs`. */
  ask(machineId: string, wish: { readonly at: number; readonly intervalMs: number }): Promise<WakeAsked>;
  /** Wishes since `since`, after forgetting older ones. */
  listAsked(since: number): Promise<readonly Sleeper[]>;
  /** Whether the wish was still there; from now on it is not. */
  take(machineId: string, at: number): Promise<boolean>;
  /** The gateways with their zones. */
  placeGateways(gateways: readonly GatewayFacts[]): Promise<readonly GatewayFacts[]>;
}

export interface WakeResult {
  readonly isSent: boolean;
  readonly sentTo: string;
  readonly detail: string;
}

export interface Waker {
  /** Gateways that are ready. */
  listReady(): readonly GatewayFacts[];
  /** Throws where the gateway does not answer, or has sent too many. */
  wakeBy(
    gatewayId: string,
    machine: { readonly macAddress: string; readonly host: string },
  ): Promise<WakeResult>;
}

export interface Prober {
  /** By a gateway that reaches machines of the zone. Throws `no_gateway` where none is ready. */
  probe(target: Target, protocol: Protocol, zoneId: string | undefined): Promise<ProbeResult>;
}
