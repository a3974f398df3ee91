/** Handlers of the user and group routes. */
import { LINK_LIFETIME_MS } from "../../domain/sign-in.ts";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { groupReply, timeReply, userReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf, changingCallerOf } from "./actor.ts";

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
      const { role, groupId, isDisabled, ids } = query;
      const filter = { role, groupId, isDisabled: claimOf(isDisabled), ids: ids?.split(",") };
      return pageReply(query, await users.list(pageRequestOf(query), filter), userReply);
    },
    getUser: async ({ params }) => userReply(await users.find(params.id)),
    createUser: async ({ body, caller, client }) =>
      userReply(await users.create(body, changingCallerOf(caller, client))),
    updateUser: async ({ params, body, caller, client }) =>
      userReply(
        await users.update(
          params.id,
          { ...body, ifVersion: client.ifVersion },
          changingCallerOf(caller, client),
        ),
      ),
    deleteUser: async ({ params, caller, client }) => {
      await users.remove(params.id, changingCallerOf(caller, client), client.ifVersion);
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
    listGroups: async ({ query }) =>
      pageReply(query, await groups.list(pageRequestOf(query), query), groupReply),
    getGroup: async ({ params }) => groupReply(await groups.find(params.id)),
    createGroup: async ({ body, caller, client }) =>
      groupReply(await groups.create(body, actorOf(caller, client))),
    updateGroup: async ({ params, body, caller, client }) =>
      groupReply(
        await groups.update(params.id, { ...body, ifVersion: client.ifVersion }, actorOf(caller, client)),
      ),
    deleteGroup: async ({ params, caller, client }) => {
      await groups.remove(params.id, actorOf(caller, client), client.ifVersion);
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
