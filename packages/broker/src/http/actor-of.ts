/** Who sent a request, as the audit names them. */
import type { Actor, Caller } from "../domain/caller.ts";
import type { Client } from "./handler.ts";

export function actorOf({ userId, userName }: Caller, { address }: Client): Actor {
  return { userId, name: userName, address };
}
