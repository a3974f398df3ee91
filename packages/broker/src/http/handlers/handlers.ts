/** All handlers. A route of the contract without one does not compile. */
import type { Handlers } from "../handler.ts";
import type { Services } from "../services.ts";
import { machineHandlers } from "./machine-handlers.ts";
import { poolHandlers } from "./pool-handlers.ts";
import { sessionHandlers } from "./session-handlers.ts";
import { signInHandlers } from "./sign-in-handlers.ts";
import { userHandlers } from "./user-handlers.ts";

export function createHandlers(services: Services, version: string): Handlers {
  return {
    ...signInHandlers(services, version),
    ...sessionHandlers(services),
    ...userHandlers(services),
    ...machineHandlers(services),
    ...poolHandlers(services),
  };
}
