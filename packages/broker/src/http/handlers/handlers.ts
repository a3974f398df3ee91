/** All handlers. A route of the contract without one does not compile. */
import type { Handlers } from "../handler.ts";
import type { Services } from "../services.ts";
import { auditHandlers } from "./audit-handlers.ts";
import { eventHandlers } from "./event-handlers.ts";
import { gatewayHandlers } from "./gateway-handlers.ts";
import { importHandlers } from "./import-handlers.ts";
import { machineHandlers } from "./machine-handlers.ts";
import { policyHandlers } from "./policy-handlers.ts";
import { poolHandlers } from "./pool-handlers.ts";
import { roleHandlers } from "./role-handlers.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { settingsHandlers } from "./settings-handlers.ts";
import { signInHandlers } from "./sign-in-handlers.ts";
import { tokenHandlers } from "./token-handlers.ts";
import { userHandlers } from "./user-handlers.ts";

import { zoneHandlers } from "./zone-handlers.ts";

export function createHandlers(services: Services, version: string): Handlers {
  return {
    ...signInHandlers(services, version),
    ...sessionHandlers(services),
    ...userHandlers(services),
    ...roleHandlers(services),
    ...zoneHandlers(services),
    ...machineHandlers(services),
    ...auditHandlers(services),
    ...gatewayHandlers(services),
    ...policyHandlers(services),
    ...importHandlers(services),
    ...tokenHandlers(services),
    ...eventHandlers(services),
    ...poolHandlers(services),
    ...settingsHandlers(services),
  };
}
