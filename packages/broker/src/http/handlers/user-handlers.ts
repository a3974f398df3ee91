/** Handlers of the user and group routes. */
import { LINK_LIFETIME_MS } from "../../domain/sign-in.ts";
import type { Handlers } from "../handler.ts";
import { groupReply, timeReply, userReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf, changingCallerOf } from "./actor.ts";

type UserRoutes =
  | "listUsers"
  | "createUser"
  | "updateUser"
  | "deleteUser"
  | "createSignInLink"
  | "listGroups"
  | "createGroup"
  | "updateGroup"
  | "deleteGroup"
  | "listEffectiveMembers";

export function userHandlers({ users, groups }: Services): Pick<Handlers, UserRoutes> {
  return {
    listUsers: async () => ({ items: (await users.list()).map(userReply) }),
    createUser: async ({ body, caller, client }) =>
      userReply(await users.create(body, changingCallerOf(caller, client))),
    updateUser: async ({ params, body, caller, client }) =>
      userReply(await users.update(params.id, body, changingCallerOf(caller, client))),
    deleteUser: async ({ params, caller, client }) => {
      await users.remove(params.id, changingCallerOf(caller, client));
      return undefined;
    },
    createSignInLink: async ({ params, caller, client }) => {
      const { path, expiresAt } = await users.createLinkFor(
        params.id,
        LINK_LIFETIME_MS,
        changingCallerOf(caller, client),
      );
      return { path: path.reveal(), expiresAt: timeReply(expiresAt) };
    },
    listGroups: async () => ({ items: (await groups.list()).map(groupReply) }),
    createGroup: async ({ body, caller, client }) =>
      groupReply(await groups.create(body, actorOf(caller, client))),
    updateGroup: async ({ params, body, caller, client }) =>
      groupReply(await groups.update(params.id, body, actorOf(caller, client))),
    deleteGroup: async ({ params, caller, client }) => {
      await groups.remove(params.id, actorOf(caller, client));
      return undefined;
    },
    listEffectiveMembers: async ({ params }) => ({
      items: [...(await groups.listEffectiveMembers(params.id))],
    }),
  };
}
