/** What an import needs of others. */
import type { ImportKind, MachineCredentialMode, Protocol, Trust } from "@deskgate/contract";
import type { Nesting } from "../../domain/group-closure.ts";
import type { Role } from "../../domain/role.ts";
import type { ProtocolRow } from "../machines/ports.ts";

export interface KnownUser {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly isDisabled: boolean;
  readonly groupIds: readonly string[];
}

export interface KnownGroup {
  readonly id: string;
  readonly name: string;
  readonly memberIds: readonly string[];
  readonly memberGroupIds: readonly string[];
}

export interface KnownMachine {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly isDeclaredLocal: boolean;
  readonly isBuiltIn: boolean;
  readonly trust: Trust;
  readonly protocols: readonly {
    readonly protocol: Protocol;
    readonly port: number;
    readonly credentialMode: MachineCredentialMode;
    readonly username: string;
    readonly domain: string;
  }[];
}

export interface KnownPool {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly machineIds: readonly string[];
}

/** What is there already, by name; only of the names asked for. */
export interface KnownSite {
  readonly users: ReadonlyMap<string, KnownUser>;
  readonly groups: ReadonlyMap<string, KnownGroup>;
  readonly machines: ReadonlyMap<string, KnownMachine>;
  readonly pools: ReadonlyMap<string, KnownPool>;
  /** `pool id/user or group id`. */
  readonly entitlements: ReadonlySet<string>;
  /** All of it, because a cycle may go through groups that no row names. */
  readonly nesting: readonly Nesting[];
  /** By name and by id. */
  readonly roles: ReadonlyMap<string, Role>;
}

export type WantedNames = { readonly [Kind in Exclude<ImportKind, "entitlements">]: ReadonlySet<string> };

/** New things whole, and of what is there only what changes. */
export interface ImportChanges {
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly users: readonly (Omit<KnownUser, "groupIds"> & { readonly passwordHash: string | undefined })[];
  readonly userChanges: readonly {
    readonly id: string;
    readonly displayName?: string | undefined;
    readonly role?: string | undefined;
    readonly isDisabled?: boolean | undefined;
    readonly passwordHash?: string | undefined;
  }[];
  /** Whole memberships of these users, and of these groups. */
  readonly groupsOfUsers: readonly { readonly userId: string; readonly groupIds: readonly string[] }[];
  readonly membersOfGroups: readonly { readonly groupId: string; readonly memberIds: readonly string[] }[];
  /** Whole groups inside these groups. */
  readonly groupsInGroups: readonly {
    readonly groupId: string;
    readonly memberGroupIds: readonly string[];
  }[];
  readonly machines: readonly (Pick<
    KnownMachine,
    "id" | "name" | "description" | "host" | "isDeclaredLocal" | "trust"
  > & { readonly poolId: string; readonly protocols: readonly ProtocolRow[] })[];
  readonly machineChanges: readonly {
    readonly id: string;
    readonly description?: string | undefined;
    readonly host?: string | undefined;
    readonly isDeclaredLocal?: boolean | undefined;
    readonly trust?: Trust | undefined;
    readonly protocols?: readonly ProtocolRow[] | undefined;
  }[];
  readonly pools: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: "dedicated" | "floating";
  }[];
  readonly machinesOfPools: readonly { readonly poolId: string; readonly machineIds: readonly string[] }[];
  readonly entitlements: readonly {
    readonly id: string;
    readonly poolId: string;
    readonly userId: string | undefined;
    readonly groupId: string | undefined;
  }[];
}

export interface ImportStore {
  /** One transaction: reads what is there, and writes what `plan` makes of it; `undefined` writes nothing. */
  run<Result>(
    wanted: WantedNames,
    plan: (
      known: KnownSite,
    ) => Promise<{ readonly result: Result; readonly changes: ImportChanges | undefined }>,
    at: number,
  ): Promise<Result>;
}

/** What is there, row by row, for the export. */
export interface ExportStore {
  exportRows(kind: ImportKind): AsyncIterable<readonly Readonly<Record<string, string>>[]>;
}
