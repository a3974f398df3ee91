/** Handlers of the user and group routes. */
import { LINK_LIFETIME_MS } from "../../domain/sign-in.ts";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { groupReply, timeReply, userReply } from "../replies.ts";
import type { Services } from "../services.ts";

type UserRoutes =
  | "listUsers"
  | "getUser"
  | "createUser"
  | "updateUser"
  | "deleteUser"
  | "createSignInLink"
  | "listGroups"
  | "getGroup"
  | "createGroup"
  | "updateGroup"
  | "deleteGroup"
  | "listEffectiveMembers";

export function userHandlers({ users, groups }: Services): Pick<Handlers, UserRoutes> {
  return {
    listUsers: async ({ query }) => {
      const { role, groupId, isDisabled } = query;
      const filter = { role, groupId, isDisabled: claimOf(isDisabled) };
      return pageReply(query, await users.list(pageRequestOf(query), filter), userReply);
    },
    getUser: async ({ params }) => userReply(await users.find(params.id)),
    createUser: async ({ body, caller }) => userReply(await users.create(body, caller)),
    updateUser: async ({ params, body, caller, client: { ifVersion } }) =>
      userReply(await users.update(params.id, { ...body, ifVersion }, caller)),
    deleteUser: async ({ params, caller, client }) => {
      await users.remove(params.id, caller, client.ifVersion);
      return undefined;
    },
    createSignInLink: async ({ params, caller }) => {
      const { path, expiresAt } = await users.createLinkFor(params.id, LINK_LIFETIME_MS, caller);
      return { path: path.reveal(), expiresAt: timeReply(expiresAt) };
    },
    listGroups: async ({ query }) =>
      pageReply(query, await groups.list(pageRequestOf(query), query), groupReply),
    getGroup: async ({ params }) => groupReply(await groups.find(params.id)),
    createGroup: async ({ body, caller }) => groupReply(await groups.create(body, caller.userId)),
    updateGroup: async ({ params, body, caller, client: { ifVersion } }) =>
      groupReply(await groups.update(params.id, { ...body, ifVersion }, caller.userId)),
    deleteGroup: async ({ params, caller, client }) => {
      await groups.remove(params.id, caller.userId, client.ifVersion);
      return undefined;
    },
    listEffectiveMembers: async ({ params, query }) =>
      pageReply(
        query,
        await groups.listEffectiveMembers(params.id, pageRequestOf(query)),
        (member) => member,
      ),
  };
}

function claimOf(text: "true" | "false" | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}
