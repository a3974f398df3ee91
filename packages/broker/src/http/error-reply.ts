/**
 * Every error as the API shows it. Causes, stacks and anything unexpected go to the log under the request's number.
 *
 * INVARIANT: nothing of an error that is not a {@link DeskgateError} reaches the client.
 */
import { DeskgateError, ERRORS, type ErrorCode, type ErrorReply, type Log } from "@deskgate/contract";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Fastify's own refusals (fastify.dev/docs/latest/Reference/Errors). */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "media_type_unsupported",
  FST_ERR_CTP_BODY_TOO_LARGE: "payload_too_large",
  FST_ERR_CTP_EMPTY_JSON_BODY: "request_malformed",
  FST_ERR_CTP_INVALID_JSON_BODY: "request_malformed",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "request_malformed",
  FST_ERR_BAD_URL: "not_found",
};

export function asDeskgateError(cause: unknown): DeskgateError {
  if (cause instanceof DeskgateError) return cause;
  const code = codeOf(cause);
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  return new DeskgateError(known ?? (isUnreadable(cause) ? "request_malformed" : "internal_error"), {
    cause,
  });
}

export function sendError(reply: FastifyReply, error: DeskgateError): FastifyReply {
  const { code, message, fields, retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) reply.header("retry-after", String(retryAfterSeconds));
  const body: ErrorReply = {
    error: {
      ...{ code, message, requestId: reply.request.id },
      ...(fields ? { fields: { ...fields } } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  };
  // Spelled here rather than by the route's schema: an error must come out even where no route was found.
  return reply
    .code(ERRORS[code].status)
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body);
}

export function logError(log: Log, request: FastifyRequest, error: DeskgateError): void {
  const status = ERRORS[error.code].status;
  const route = `${request.method} ${request.routeOptions.url ?? "unknown"}`;
  const fields = { requestId: request.id, code: error.code, status, route, cause: error.cause };
  if (error.code === "internal_error" || error.code === "database_unavailable")
    log.error(fields, "Request failed");
  else if (status >= 500) log.warn(fields, "Request failed");
  else if (error.code === "origin_foreign") log.warn(fields, "Request from another site refused");
  else log.debug(fields, "Request refused");
}

/** The JSON parser complains in errors of its own. */
function isUnreadable(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return cause instanceof SyntaxError || ("statusCode" in cause && cause.statusCode === 400);
}

function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}
