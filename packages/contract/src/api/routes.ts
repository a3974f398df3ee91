/** The whole API, one visible list. Server, console, OpenAPI and the permission tests are made from it. */
import { aboutRoutes } from "./about.ts";
import { auditRoutes } from "./audit.ts";
import { desktopRoutes } from "./desktops.ts";
import { entitlementRoutes } from "./entitlements.ts";
import { eventRoutes } from "./events.ts";
import { explainRoutes } from "./explain.ts";
import { gatewayRoutes } from "./gateways.ts";
import { groupRoutes } from "./groups.ts";
import { importRoutes } from "./imports.ts";
import { machineRoutes } from "./machines.ts";
import { overviewRoutes } from "./overview.ts";
import { policyRoutes } from "./policies.ts";
import { poolRoutes } from "./pools.ts";
import { roleRoutes } from "./roles.ts";
import { sessionRoutes } from "./sessions.ts";
import { settingsRoutes } from "./settings.ts";
import { signInRoutes } from "./sign-in.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { zoneRoutes } from "./zones.ts";

export const ROUTES = {
  ...signInRoutes,
  ...desktopRoutes,
  ...sessionRoutes,
  ...explainRoutes,
  ...overviewRoutes,
  ...userRoutes,
  ...roleRoutes,
  ...groupRoutes,
  ...zoneRoutes,
  ...machineRoutes,
  ...poolRoutes,
  ...policyRoutes,
  ...entitlementRoutes,
  ...auditRoutes,
  ...gatewayRoutes,
  ...importRoutes,
  ...tokenRoutes,
  ...eventRoutes,
  ...settingsRoutes,
  ...aboutRoutes,
};

export type RouteName = keyof typeof ROUTES;
