/** What a role may do in Deskgate itself, one word each. Desktops are not among them: those come by entitlements. */
import { z } from "zod";

/** Every permission with the sentence an administrator reads beside its box. */
export const PERMISSIONS = {
  "overview.read": "See the overview: who is on, how machines and gateways are, the last refusals.",
  "users.read": "See users and roles.",
  "users.write":
    "Add, change and remove users, and make sign-in links for them; never for someone who may do more than oneself.",
  "groups.read": "See groups and their members.",
  "groups.write": "Add, change and remove groups, and choose their members.",
  "roles.write": "Add, change and remove roles, out of permissions that one has oneself.",
  "machines.read": "See machines, their health and their identities, and zones.",
  "machines.write":
    "Add, change and remove machines, and thereby choose where their stored credentials are sent.",
  "zones.write": "Add, change and remove zones.",
  "pools.read": "See pools.",
  "pools.write": "Add, change and remove pools, and say what their connections may do.",
  "entitlements.read": "See who may use which pool.",
  "entitlements.write": "Say who may use which pool, when, and from where.",
  "policies.read": "See policies, and which one is in force for whom.",
  "policies.write": "Add, change and remove policies.",
  "sessions.read": "See sessions and connections of everyone.",
  "sessions.end": "End sessions of everyone.",
  "sessions.message": "Send a message into a session.",
  "explain.use": "Ask why somebody can or cannot connect.",
  "audit.read": "Read the audit.",
  "gateways.read": "See gateways.",
  "gateways.write": "Add, change and remove gateways.",
  "settings.read": "See the site's settings and its health.",
  "settings.write": "Change the site's settings.",
  "tokens.manage": "See and withdraw API tokens of everyone.",
  "import.run": "Import users, groups, machines, pools and entitlements from files.",
} as const satisfies Readonly<Record<string, string>>;

export type Permission = keyof typeof PERMISSIONS;
/** Every permission, in the order in which people are shown them. */
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as [Permission, ...Permission[]]; // the keys of the table are its names
export const permissionSchema = z.enum(PERMISSION_NAMES).meta({ id: "Permission" });

/** Roles that are always there. They can be neither changed nor removed. */
export const BUILT_IN_ROLES = {
  administrator: PERMISSION_NAMES,
  operator: [
    "overview.read",
    "users.read",
    "groups.read",
    "machines.read",
    "pools.read",
    "entitlements.read",
    "policies.read",
    "sessions.read",
    "sessions.end",
    "sessions.message",
    "explain.use",
    "gateways.read",
  ],
  auditor: PERMISSION_NAMES.filter((name) => name.endsWith(".read")),
  user: [],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

export type BuiltInRole = keyof typeof BUILT_IN_ROLES;
export const BUILT_IN_ROLE_NAMES = Object.keys(BUILT_IN_ROLES) as [BuiltInRole, ...BuiltInRole[]]; // likewise

export function isBuiltInRole(role: string): role is BuiltInRole {
  return Object.hasOwn(BUILT_IN_ROLES, role);
}
