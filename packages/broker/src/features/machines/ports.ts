/** What looking after machines needs of others. */
import type {
  EndReason,
  MachineCredentialMode,
  Protocol,
  ShownIdentity,
  Target,
  Trust,
} from "@deskgate/contract";
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

export interface Prober {
  /** By a gateway that reaches machines of the zone. Throws `no_gateway` where none is ready. */
  probe(target: Target, protocol: Protocol, zoneId: string | undefined): Promise<ProbeResult>;
}
