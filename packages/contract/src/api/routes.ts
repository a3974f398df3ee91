/** The whole API, one visible list. Server, console, OpenAPI and the permission tests are made from it. */
import { auditRoutes } from "./audit.ts";
import { entitlementRoutes } from "./entitlements.ts";
import { eventRoutes } from "./events.ts";
import { groupRoutes } from "./groups.ts";
import { importRoutes } from "./imports.ts";
import { machineRoutes } from "./machines.ts";
import { poolRoutes } from "./pools.ts";
import { roleRoutes } from "./roles.ts";
import { sessionRoutes } from "./sessions.ts";
import { signInRoutes } from "./sign-in.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";

export const ROUTES = {
  ...signInRoutes,
  ...sessionRoutes,
  ...userRoutes,
  ...roleRoutes,
  ...groupRoutes,
  ...machineRoutes,
  ...poolRoutes,
  ...entitlementRoutes,
  ...auditRoutes,
  ...importRoutes,
  ...tokenRoutes,
  ...eventRoutes,
};

export type RouteName = keyof typeof ROUTES;
