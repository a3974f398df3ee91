/** Permissions in the order and company in which people think of them. */
import { PERMISSION_NAMES, type Permission } from "@deskgate/contract";

export const PERMISSION_GROUPS = ["watching", "people", "desktops", "site"] as const;
export type PermissionGroup = (typeof PERMISSION_GROUPS)[number];

/** INVARIANT: every permission is in one group; a new one does not compile until it is. */
const GROUP_OF: Readonly<Record<Permission, PermissionGroup>> = {
  "overview.read": "watching",
  "sessions.read": "watching",
  "sessions.end": "watching",
  "sessions.message": "watching",
  "explain.use": "watching",
  "audit.read": "watching",
  "users.read": "people",
  "users.write": "people",
  "groups.read": "people",
  "groups.write": "people",
  "roles.write": "people",
  "import.run": "people",
  "machines.read": "desktops",
  "machines.write": "desktops",
  "pools.read": "desktops",
  "pools.write": "desktops",
  "entitlements.read": "desktops",
  "entitlements.write": "desktops",
  "policies.read": "desktops",
  "policies.write": "desktops",
  "zones.write": "desktops",
  "gateways.read": "site",
  "gateways.write": "site",
  "settings.read": "site",
  "settings.write": "site",
  "tokens.manage": "site",
};

export function permissionsIn(group: PermissionGroup): readonly Permission[] {
  return PERMISSION_NAMES.filter((permission) => GROUP_OF[permission] === group);
}
