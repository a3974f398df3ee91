/** Registers every route of the contract's table: schemas, access, handler. */
import { API_PREFIX, ROUTES, type Route, type RouteName } from "@deskgate/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../domain/caller.ts";
import { plainAddress } from "../domain/client-address.ts";
import { admitRequest, type Recognise } from "./access.ts";
import { etagOf, ifVersionOf } from "./conditional.ts";
import type { Client, Handlers } from "./handler.ts";
import { routeSchema } from "./openapi.ts";
import { clearSessionCookie, cookieTokenOf, setSessionCookie } from "./session-cookie.ts";
import { statusOf } from "./status-of.ts";

interface ApiDeps {
  readonly handlers: Handlers;
  readonly recognise: Recognise;
}

export function registerApi(app: FastifyInstance, deps: ApiDeps): void {
  for (const [name, route] of Object.entries(ROUTES)) registerRoute(app, { name, route, deps });
}

/** Handlers differ in what they take, per route; the schemas have made sure of it when one is called. */
type AnyHandler = (call: {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: Caller | undefined;
  readonly client: Client;
}) => Promise<unknown>;

function registerRoute(
  app: FastifyInstance,
  { name, route, deps }: { readonly name: string; readonly route: Route; readonly deps: ApiDeps },
): void {
  const handler = deps.handlers[name as RouteName] as AnyHandler; // the name comes from the table that types the map
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: route.method,
    url: `${API_PREFIX}${route.path}`,
    schema: routeSchema(name, route),
    onRequest: async (request) => {
      const caller = await admitRequest(request, route, deps.recognise);
      if (caller) callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const { params, query, body } = request;
      const client = clientOf(request, reply);
      const result = await handler({ params, query, body, caller: callers.get(request), client });
      const etag = etagOf(result);
      if (etag !== undefined) reply.header("etag", etag);
      return reply.code(statusOf(route)).send(result);
    },
  });
}

function clientOf(request: FastifyRequest, reply: FastifyReply): Client {
  return {
    address: plainAddress(request.socket.remoteAddress),
    userAgent: request.headers["user-agent"] ?? "",
    cookieToken: cookieTokenOf(request),
    ifVersion: ifVersionOf(request.headers["if-match"]),
    setCookieToken: (token, expiresAt) => setSessionCookie(reply, token, expiresAt),
    clearCookieToken: () => clearSessionCookie(reply),
  };
}
