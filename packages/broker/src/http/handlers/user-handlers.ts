/** Handlers of the user and group routes. */
import { LINK_LIFETIME_MS } from "../../domain/sign-in.ts";
import type { Handlers } from "../handler.ts";
import { groupReply, timeReply, userReply } from "../replies.ts";
import type { Services } from "../services.ts";

type UserRoutes =
  | "listUsers"
  | "createUser"
  | "updateUser"
  | "deleteUser"
  | "createSignInLink"
  | "listGroups"
  | "createGroup"
  | "updateGroup"
  | "deleteGroup";

export function userHandlers({ users, groups }: Services): Pick<Handlers, UserRoutes> {
  return {
    listUsers: async () => ({ items: (await users.list()).map(userReply) }),
    createUser: async ({ body, caller }) => userReply(await users.create(body, caller)),
    updateUser: async ({ params, body, caller }) => userReply(await users.update(params.id, body, caller)),
    deleteUser: async ({ params, caller }) => {
      await users.remove(params.id, caller);
      return undefined;
    },
    createSignInLink: async ({ params, caller }) => {
      const { path, expiresAt } = await users.createLinkFor(params.id, LINK_LIFETIME_MS, caller);
      return { path: path.reveal(), expiresAt: timeReply(expiresAt) };
    },
    listGroups: async () => ({ items: (await groups.list()).map(groupReply) }),
    createGroup: async ({ body, caller }) => groupReply(await groups.create(body, caller.userId)),
    updateGroup: async ({ params, body, caller }) =>
      groupReply(await groups.update(params.id, body, caller.userId)),
    deleteGroup: async ({ params, caller }) => {
      await groups.remove(params.id, caller.userId);
      return undefined;
    },
  };
}
