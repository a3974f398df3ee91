/** What looking after machines needs of others. */
import type { CredentialMode, EndReason, Protocol, ShownIdentity, Target, Trust } from "@deskgate/contract";
import type { Machine, MachineIdentity } from "../../domain/machine.ts";

export interface ProtocolRow {
  readonly protocol: Protocol;
  readonly port: number;
  /** `undefined` keeps what is stored. INVARIANT: only the mode `stored` keeps secrets. */
  readonly credentialMode: CredentialMode | undefined;
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
  readonly createdAt: number;
}

export interface MachineChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly host?: string | undefined;
  readonly isDeclaredLocal?: boolean | undefined;
  readonly protocols?: readonly ProtocolRow[] | undefined;
  readonly trust?: Trust | undefined;
}

/** A machine and the pool that hands out just this machine are made, renamed and removed together. */
export interface MachineStore {
  list(): Promise<readonly Machine[]>;
  find(machineId: string): Promise<Machine | undefined>;
  findBuiltIn(builtIn: string): Promise<Machine | undefined>;
  /** Throws `name_taken`. */
  create(machine: NewMachine): Promise<Machine>;
  /** Throws `name_taken`; `undefined` where there is no such machine. */
  update(machineId: string, change: MachineChange): Promise<Machine | undefined>;
  remove(machineId: string): Promise<boolean>;
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
