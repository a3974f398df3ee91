/** What looking after roles needs of others. */
import type { Permission } from "@deskgate/contract";
import type { Role } from "../../domain/role.ts";

export interface NewRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly createdAt: number;
}

export interface RoleChange {
  readonly name?: string | undefined;
  readonly permissions?: readonly Permission[] | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

/** Making and changing throw `name_taken`, changing and removing `version_stale`. */
export interface RoleStore {
  listCustom(): Promise<readonly Role[]>;
  /** Built-in ones too. */
  find(roleId: string): Promise<Role | undefined>;
  create(role: NewRole): Promise<void>;
  update(roleId: string, change: RoleChange): Promise<Role | undefined>;
  remove(roleId: string, ifVersion: number | undefined): Promise<"removed" | "unknown" | "in-use">;
}
