/** Registers every route of the contract's table: schemas, access, handler. */
import { Readable } from "node:stream";
import { API_PREFIX, ROUTES, type Route, type RouteName } from "@deskgate/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../domain/caller.ts";
import { plainAddress } from "../domain/client-address.ts";
import { admitRequest, type Recognise } from "./access.ts";
import { etagOf, ifVersionOf } from "./conditional.ts";
import type { Client, Handlers, Upload } from "./handler.ts";
import { routeSchema } from "./openapi.ts";
import { clearSessionCookie, cookieTokenOf, setSessionCookie } from "./session-cookie.ts";
import { statusOf } from "./status-of.ts";

interface ApiDeps {
  readonly handlers: Handlers;
  readonly recognise: Recognise;
}

export function registerApi(app: FastifyInstance, deps: ApiDeps): void {
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    if (route.upload) void app.register(async (scope) => registerUpload(scope, { name, route, deps }));
    else registerRoute(app, { name, route, deps });
  }
}

/** In a scope of its own, because CSV is no body anywhere else. */
function registerUpload(scope: FastifyInstance, named: NamedRoute): void {
  scope.addContentTypeParser("text/csv", (_request, payload, done) => done(null, payload));
  registerRoute(scope, named);
}

interface NamedRoute {
  readonly name: string;
  readonly route: Route;
  readonly deps: ApiDeps;
}

/** Handlers differ in what they take, per route; the schemas have made sure of it when one is called. */
type AnyHandler = (call: {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: Caller | undefined;
  readonly client: Client;
}) => Promise<unknown>;

function registerRoute(app: FastifyInstance, { name, route, deps }: NamedRoute): void {
  const handler = deps.handlers[name as RouteName] as AnyHandler; // the name comes from the table that types the map
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: route.method,
    url: `${API_PREFIX}${route.path}`,
    schema: routeSchema(name, route),
    ...(route.upload ? { bodyLimit: route.upload.maxBytes } : {}),
    onRequest: async (request) => {
      const caller = await admitRequest(request, route, deps.recognise);
      if (caller) callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const { params, query } = request;
      const body = route.upload ? uploadOf(request.body) : request.body;
      const client = clientOf(request, reply);
      const result = await handler({ params, query, body, caller: callers.get(request), client });
      const etag = etagOf(result);
      if (etag !== undefined) reply.header("etag", etag);
      reply.code(statusOf(route));
      if (route.media) return reply.type(`${route.media}; charset=utf-8`).send(textStream(result));
      return reply.send(result);
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

function uploadOf(body: unknown): Upload {
  return body instanceof Readable ? body : { json: body };
}

/** Handlers of routes with a medium give pieces of text, which `RouteReply` makes sure of. */
function textStream(pieces: unknown): Readable {
  return Readable.from(pieces as AsyncIterable<string>, { objectMode: false });
}
