/**
 * The broker's HTTP side: API, its description, and the console. It does not listen; the gateway that owns the port
 * passes requests on to {@link HttpSide.handleRequest}.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { API_PREFIX, type Log } from "@deskgate/contract";
import cookie from "@fastify/cookie";
import fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import type { Random } from "../domain/clock.ts";
import { type ApiDeps, registerApi } from "./api.ts";
import { registerConsole } from "./console-files.ts";
import { asDeskgateError, logError, sendError } from "./error-reply.ts";
import { OPENAPI_PATH, registerOpenApi } from "./openapi.ts";
import { HEADERS_OF_EVERY_REPLY } from "./page-headers.ts";
import { createUnmatchedHandler } from "./unmatched.ts";
import { compileValidator } from "./validation.ts";

const MAX_BODY_BYTES = 1024 * 1024;

interface HttpSideOptions {
  readonly api: ApiDeps;
  readonly random: Random;
  readonly log: Log;
  readonly version: string;
  readonly consoleDirectory: string | undefined;
}

export interface HttpSide {
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function openHttpSide(options: HttpSideOptions): Promise<HttpSide> {
  let handleRequest: HttpSide["handleRequest"] | undefined;
  const app = fastify({
    serverFactory: (handler) => {
      handleRequest = handler;
      return createServer();
    },
    bodyLimit: MAX_BODY_BYTES,
    genReqId: () => options.random.uuid(),
    // While closing, too, errors have our one shape.
    return503OnClosing: false,
    // Client addresses come from the socket alone.
    trustProxy: false,
    frameworkErrors: (cause, request, reply) => {
      const error = asDeskgateError(cause);
      logError(options.log, request, error);
      return sendError(reply, error);
    },
  });
  await compose(app, options);
  await app.ready();
  if (!handleRequest) throw new Error("the HTTP framework did not ask for a server");
  return { handleRequest, close: () => app.close() };
}

async function compose(app: FastifyInstance, options: HttpSideOptions): Promise<void> {
  const { api, log, version, consoleDirectory } = options;
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser(["text/plain", "application/json"]);
  parseJson(app);
  app.setErrorHandler((cause, request, reply) => {
    const error = asDeskgateError(cause);
    logError(log, request, error);
    return sendError(reply, error);
  });
  setHeaders(app, log);
  await app.register(cookie);
  await registerOpenApi(app, version);
  app.setNotFoundHandler(createUnmatchedHandler(await registerConsole(app, consoleDirectory)));
  registerApi(app, api);
  app.get(OPENAPI_PATH, { schema: { hide: true } as object }, async () => app.swagger());
}

/** JSON only; an empty body is no body, because clients name a content type even where they send nothing. */
function parseJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

function setHeaders(app: FastifyInstance, log: Log): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(HEADERS_OF_EVERY_REPLY);
    if (request.url.startsWith(API_PREFIX)) reply.header("cache-control", "no-store");
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? "unmatched"}`;
    const durationMs = Math.round(reply.elapsedTime);
    log.debug({ requestId: request.id, route, status: reply.statusCode, durationMs }, "Request answered");
  });
}
