/** The whole API, one visible list. Server, console, OpenAPI and the permission tests are made from it. */
import { auditRoutes } from "./audit.ts";
import { desktopRoutes } from "./desktops.ts";
import { entitlementRoutes } from "./entitlements.ts";
import { explainRoutes } from "./explain.ts";
import { groupRoutes } from "./groups.ts";
import { machineRoutes } from "./machines.ts";
import { overviewRoutes } from "./overview.ts";
import { poolRoutes } from "./pools.ts";
import { sessionRoutes } from "./sessions.ts";
import { signInRoutes } from "./sign-in.ts";
import { userRoutes } from "./users.ts";

export const ROUTES = {
  ...signInRoutes,
  ...desktopRoutes,
  ...sessionRoutes,
  ...explainRoutes,
  ...overviewRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...machineRoutes,
  ...poolRoutes,
  ...entitlementRoutes,
  ...auditRoutes,
};

export type RouteName = keyof typeof ROUTES;
