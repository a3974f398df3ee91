/** Handlers of the role routes. */
import type { Handlers } from "../handler.ts";
import { roleReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type RoleRoutes = "listRoles" | "getRole" | "createRole" | "updateRole" | "deleteRole";

export function roleHandlers({ roles }: Services): Pick<Handlers, RoleRoutes> {
  return {
    listRoles: async () => ({ items: (await roles.list()).map(roleReply) }),
    getRole: async ({ params }) => roleReply(await roles.find(params.id)),
    createRole: async ({ body, caller, client }) =>
      roleReply(await roles.create(body, { caller, actor: actorOf(caller, client) })),
    updateRole: async ({ params, body, caller, client }) =>
      roleReply(
        await roles.update(
          params.id,
          { ...body, ifVersion: client.ifVersion },
          { caller, actor: actorOf(caller, client) },
        ),
      ),
    deleteRole: async ({ params, caller, client }) => {
      await roles.remove(params.id, { caller, actor: actorOf(caller, client) }, client.ifVersion);
      return undefined;
    },
  };
}
