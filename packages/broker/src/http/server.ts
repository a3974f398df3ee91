/**
 * The broker's HTTP side: API, its description, and the console. It does not listen; the gateway that owns the port
 * passes requests on to {@link HttpSide.handleRequest}.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { API_PREFIX, type Log, type Meter, type RouteName } from "@deskgate/contract";
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import { plainAddress } from "../domain/client-address.ts";
import type { Random } from "../domain/clock.ts";
import type { SiteReader } from "../features/settings/ports.ts";
import { type AddressOf, type ApiDeps, registerApi } from "./api.ts";
import { registerConsole } from "./console-files.ts";
import { asDeskgateError, logError, sendError } from "./error-reply.ts";
import { OPENAPI_PATH, registerOpenApi } from "./openapi.ts";
import { HEADERS_OF_EVERY_REPLY } from "./page-headers.ts";
import { createUnmatchedHandler } from "./unmatched.ts";
import { compileValidator } from "./validation.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route's name in the contract's table. */
    name?: RouteName;
  }
}

const MAX_BODY_BYTES = 1024 * 1024;

interface HttpSideOptions {
  readonly api: Omit<ApiDeps, "addressOf">;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Pick<Meter, "requestAnswered">;
  readonly isReady: () => Promise<boolean>;
  readonly version: string;
  readonly consoleDirectory: string | undefined;
  readonly site: SiteReader;
}

/** `viewerAddress`: from a gateway that proved itself; without one the socket's own peer is the viewer. */
export type HandleRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  viewerAddress?: string,
) => void;

export interface HttpSide {
  readonly handleRequest: HandleRequest;
  close(): Promise<void>;
}

export async function openHttpSide(options: HttpSideOptions): Promise<HttpSide> {
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const viewerAddresses = new WeakMap<IncomingMessage, string>();
  const addressOf: AddressOf = ({ raw }) =>
    viewerAddresses.get(raw) ?? plainAddress(raw.socket.remoteAddress);
  const app = fastify({
    serverFactory: (handler) => {
      handle = handler;
      return createServer();
    },
    bodyLimit: MAX_BODY_BYTES,
    genReqId: () => options.random.uuid(),
    // While closing, too, errors have our one shape.
    return503OnClosing: false,
    // Headers that anyone can send say nothing about addresses.
    trustProxy: false,
    frameworkErrors: (cause, request, reply) => {
      const error = asDeskgateError(cause);
      logError(options.log, request, error);
      return sendError(reply, error);
    },
  });
  await compose(app, options, addressOf);
  await app.ready();
  const handler = handle;
  if (!handler) throw new Error("the HTTP framework did not ask for a server");
  return {
    handleRequest: (request, response, viewerAddress) => {
      if (viewerAddress !== undefined) viewerAddresses.set(request, viewerAddress);
      handler(request, response);
    },
    close: () => app.close(),
  };
}

async function compose(app: FastifyInstance, options: HttpSideOptions, addressOf: AddressOf): Promise<void> {
  const { api, log, version, consoleDirectory, site } = options;
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser(["text/plain", "application/json"]);
  parseJson(app);
  app.setErrorHandler((cause, request, reply) => {
    const error = asDeskgateError(cause);
    logError(log, request, error);
    return sendError(reply, error);
  });
  setHeaders(app, options);
  registerHealth(app, options.isReady);
  await app.register(cookie);
  await registerOpenApi(app, version);
  app.setNotFoundHandler(createUnmatchedHandler(await registerConsole(app, consoleDirectory, site)));
  registerApi(app, { ...api, addressOf });
  app.get(OPENAPI_PATH, { schema: { hide: true } as object }, async () => app.swagger());
}

/** For load balancers: whether the process lives, and whether it can serve. No word about why not. */
function registerHealth(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  const schema = { hide: true } as object; // swagger's own word
  app.get("/healthz", { schema }, async (_, reply) => reply.header("cache-control", "no-store").send("ok\n"));
  app.get("/readyz", { schema }, async (_, reply) => {
    const ready = await isReady();
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send(ready ? "ready\n" : "not ready\n");
  });
}

/** JSON only; an empty body is no body, because clients name a content type even where they send nothing. */
function parseJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

function setHeaders(app: FastifyInstance, { log, meter }: HttpSideOptions): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS_OF_EVERY_REPLY);
    if (request.url.startsWith(API_PREFIX)) reply.header("cache-control", "no-store");
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? "unmatched"}`;
    const durationMs = Math.round(reply.elapsedTime);
    log.debug({ requestId: request.id, route, status: reply.statusCode, durationMs }, "Request answered");
    const name = request.routeOptions.config.name ?? "other";
    meter.requestAnswered({ route: name, status: reply.statusCode, durationMs: reply.elapsedTime });
  });
}
