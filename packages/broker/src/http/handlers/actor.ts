/** Whoever calls, as the audit names them. */
import type { Actor, Caller } from "../../domain/caller.ts";
import { type Client, LOCAL_USER_ID } from "../handler.ts";

export function actorOf({ userId, userName }: Caller, { address }: Client): Actor {
  return { userId: userId === LOCAL_USER_ID ? undefined : userId, name: userName, address };
}
