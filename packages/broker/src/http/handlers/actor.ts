/** Whoever calls, as the audit names them. */
import type { Permission } from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import { type Client, LOCAL_USER_ID } from "../handler.ts";

export function actorOf({ userId, userName }: Caller, { address }: Client): Actor {
  return { userId: userId === LOCAL_USER_ID ? undefined : userId, name: userName, address };
}

/** The same, with what decides how far their changes may go. */
export function changingCallerOf(
  caller: Caller,
  client: Client,
): Actor & { readonly signInId: string; readonly permissions: readonly Permission[] } {
  return { ...actorOf(caller, client), signInId: caller.signInId, permissions: caller.permissions };
}
