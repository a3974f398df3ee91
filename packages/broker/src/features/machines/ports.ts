/** What looking after machines needs of others. */
import type { EndReason, Protocol, Target } from "@deskgate/contract";
import type { Machine, Pool } from "../../domain/machine.ts";

export interface ProtocolRow {
  readonly protocol: Protocol;
  readonly port: number;
  /** `undefined` keeps what is stored, `null` removes it. */
  readonly sealedPassword: string | null | undefined;
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
  readonly createdAt: number;
}

export interface MachineChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly host?: string | undefined;
  readonly isDeclaredLocal?: boolean | undefined;
  readonly protocols?: readonly ProtocolRow[] | undefined;
}

/** A machine and the pool that hands out just this machine are made, renamed and removed together. */
export interface MachineStore {
  list(): Promise<readonly Machine[]>;
  find(machineId: string): Promise<Machine | undefined>;
  findBuiltIn(builtIn: string): Promise<Machine | undefined>;
  listPools(): Promise<readonly Pool[]>;
  /** Throws `name_taken`. */
  create(machine: NewMachine): Promise<Machine>;
  /** Throws `name_taken`; `undefined` where there is no such machine. */
  update(machineId: string, change: MachineChange): Promise<Machine | undefined>;
  remove(machineId: string): Promise<boolean>;
}

export interface ProbeResult {
  readonly isReachable: boolean;
  readonly tookMs: number;
  readonly reason?: EndReason | undefined;
  readonly detail: string;
}

export interface Prober {
  /** Throws `no_gateway` where none is ready. */
  probe(target: Target, protocol: Protocol): Promise<ProbeResult>;
}
