/** The API as an OpenAPI 3.1 document, made from the contract's table, and Swagger UI to try it. */
import { API_PREFIX, ERRORS, type ErrorCode, errorReplySchema, type Route } from "@deskgate/contract";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance, FastifySchema } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { SESSION_COOKIE } from "./session-cookie.ts";
import { statusOf } from "./status-of.ts";

export const OPENAPI_PATH = `${API_PREFIX}/openapi.json`;
const DOCS_PATH = "/api/docs";

/** Swagger UI sets styles on its elements; otherwise it needs no more than our own pages. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Refusals that a route may give without naming them. */
const COMMON_REFUSALS: readonly ErrorCode[] = ["internal_error", "database_unavailable"];
const BODY_REFUSALS: readonly ErrorCode[] = [
  "request_malformed",
  "validation_failed",
  "payload_too_large",
  "media_type_unsupported",
];

export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Deskgate",
        description: "Connection broker and access gateway for virtual desktops",
        version,
      },
      components: {
        securitySchemes: {
          cookie: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
          bearer: { type: "http", scheme: "bearer" },
        },
      },
    },
    transform: jsonSchemaTransform,
    // Schemas with a name stand once, under components, and are referred to.
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: DOCS_PATH,
    staticCSP: DOCS_POLICY,
    uiConfig: { persistAuthorization: false, url: OPENAPI_PATH },
  });
}

/** The route's row as fastify takes it. */
export function routeSchema(name: string, route: Route): FastifySchema {
  const { params, query, body } = route;
  return {
    operationId: name,
    summary: route.summary,
    ...permissionNote(route),
    tags: [route.tag],
    security: route.access === "anonymous" ? [] : [{ cookie: [] }, { bearer: [] }],
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    response: { ...goodResponse(route), ...errorResponses(route) },
  } as FastifySchema; // zod schemas stand where fastify's own types expect JSON Schema
}

function permissionNote({ access }: Route): { readonly description?: string } {
  const isOpen = access === "anonymous" || access === "signed-in";
  return isOpen ? {} : { description: `Needs the permission \`${access}\`.` };
}

function goodResponse(route: Route): object {
  const status = statusOf(route);
  if (!route.reply) return { [status]: z.null().describe("Done") };
  const media = route.media ?? "application/json";
  return { [status]: { description: "Done", content: { [media]: { schema: route.reply } } } };
}

function errorResponses(route: Route): object {
  const access: readonly ErrorCode[] =
    route.access === "anonymous"
      ? []
      : route.access === "signed-in"
        ? ["not_signed_in"]
        : ["not_signed_in", "not_permitted"];
  const codes = new Set<ErrorCode>([
    ...COMMON_REFUSALS,
    ...access,
    ...(route.method === "GET" ? [] : (["origin_foreign"] as const)),
    ...(route.params ? (["not_found"] as const) : []),
    ...(route.query ? (["query_invalid"] as const) : []),
    ...(route.body ? BODY_REFUSALS : []),
    ...(route.refusals ?? []),
  ]);
  const byStatus = Map.groupBy(codes, (code) => ERRORS[code].status);
  const content = { "application/json": { schema: errorReplySchema } };
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      { description: list.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join("\n\n"), content },
    ]),
  );
}
