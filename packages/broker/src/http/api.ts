/** Registers every route of the contract's table: schemas, access, handler. */
import { Readable } from "node:stream";
import { API_PREFIX, ROUTES, type Route, type RouteName } from "@deskgate/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../domain/caller.ts";
import { plainAddress } from "../domain/client-address.ts";
import type { Changes } from "../features/events/hub.ts";
import type { IdempotencyService } from "../features/idempotency/service.ts";
import { type AccessDeps, admitRequest, recogniseRequest } from "./access.ts";
import { etagOf, ifVersionOf } from "./conditional.ts";
import type { Client, Handlers, Upload } from "./handler.ts";
import { idempotencyKeyOf } from "./idempotent.ts";
import { routeSchema } from "./openapi.ts";
import { clearSessionCookie, cookieTokenOf, setSessionCookie } from "./session-cookie.ts";
import { statusOf } from "./status-of.ts";
import { tellChange } from "./topic-of.ts";

export interface ApiDeps extends AccessDeps {
  readonly handlers: Handlers;
  readonly changes: Changes;
  readonly idempotency: IdempotencyService;
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
      const caller = await admitRequest(request, route, deps);
      if (caller) callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const { params, query } = request;
      const body = route.upload ? uploadOf(request.body) : request.body;
      const client = clientOf(request, reply, deps);
      const caller = callers.get(request);
      const key = idempotencyKeyOf(route, request.headers["idempotency-key"]);
      const make = async () => {
        const made = await handler({ params, query, body, caller, client });
        tellChange(deps.changes, route, idOf(params) ?? idOf(made));
        return made;
      };
      const content = [name, params, query, body];
      const { reply: result, isRepeated } =
        key === undefined || caller === undefined
          ? { reply: await make(), isRepeated: false }
          : await deps.idempotency.once({ userId: caller.userId, key, content }, make);
      if (isRepeated) reply.header("idempotent-replayed", "true");
      const etag = etagOf(result);
      if (etag !== undefined) reply.header("etag", etag);
      reply.code(statusOf(route));
      if (route.media) return reply.type(`${route.media}; charset=utf-8`).send(textStream(result));
      return reply.send(result);
    },
  });
}

function idOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
}

function clientOf(request: FastifyRequest, reply: FastifyReply, deps: ApiDeps): Client {
  const lastEventId = request.headers["last-event-id"];
  return {
    lastEventId: typeof lastEventId === "string" ? lastEventId : undefined,
    recogniseAgain: () => recogniseRequest(request, deps),
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
