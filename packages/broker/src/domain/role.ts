/** Roles, and the rule that nobody hands on more than they have. */
import { BUILT_IN_ROLE_NAMES, BUILT_IN_ROLES, isBuiltInRole, type Permission } from "@deskgate/contract";

export interface Role {
  /** A built-in role's name, or the id of one that the site made. */
  readonly id: string;
  readonly name: string;
  readonly isBuiltIn: boolean;
  readonly permissions: readonly Permission[];
  /** Counts changes. */
  readonly version: number;
}

export function builtInRoles(): readonly Role[] {
  return BUILT_IN_ROLE_NAMES.map(builtIn);
}

export function findBuiltInRole(roleId: string): Role | undefined {
  return isBuiltInRole(roleId) ? builtIn(roleId) : undefined;
}

function builtIn(name: keyof typeof BUILT_IN_ROLES): Role {
  return { id: name, name, isBuiltIn: true, permissions: BUILT_IN_ROLES[name], version: 1 };
}

/** Whether who has `own` may give, take or look after `wanted`. */
export function mayGrant(own: readonly Permission[], wanted: readonly Permission[]): boolean {
  return wanted.every((permission) => own.includes(permission));
}
