/** Handlers of the policy routes. */
import type { Handlers } from "../handler.ts";
import { explainedPolicyReply, policyReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type PolicyRoutes =
  | "listPolicies"
  | "getPolicy"
  | "createPolicy"
  | "updatePolicy"
  | "deletePolicy"
  | "explainPolicy";

export function policyHandlers({ policies }: Services): Pick<Handlers, PolicyRoutes> {
  return {
    listPolicies: async () => ({ items: (await policies.list()).map(policyReply) }),
    getPolicy: async ({ params }) => policyReply(await policies.find(params.id)),
    createPolicy: async ({ body: { name, ...says }, caller, client }) =>
      policyReply(await policies.create({ name, says }, actorOf(caller, client))),
    updatePolicy: async ({ params, body: { name, ...says }, caller, client }) =>
      policyReply(
        await policies.update(
          params.id,
          { name, says, ifVersion: client.ifVersion },
          actorOf(caller, client),
        ),
      ),
    deletePolicy: async ({ params, caller, client }) => {
      await policies.remove(params.id, actorOf(caller, client), client.ifVersion);
      return undefined;
    },
    explainPolicy: async ({ query }) => explainedPolicyReply(await policies.explain(query)),
  };
}
