/**
 * The one way to the API: a call is a row of the contract's route table and what it asks for.
 *
 * Replies are parsed with the route's schema, so that a page never meets a shape it does not know.
 * Every failure is an {@link ApiError}.
 */
import {
  API_PREFIX,
  errorReplySchema,
  type Route,
  type RouteBodyInput,
  type RouteParams,
  type RouteQueryInput,
  type RouteReply,
} from "@deskgate/contract";
import { apiText } from "../text/api.ts";
import { ApiError, apiErrorOfReply } from "./api-error.ts";

/** What a call must bring: exactly the parts that its route names. */
type CallParts<R extends Route> = ("params" extends keyof R ? { readonly params: RouteParams<R> } : unknown) &
  ("query" extends keyof R ? QueryPart<RouteQueryInput<R>> : unknown) &
  ("body" extends keyof R ? { readonly body: RouteBodyInput<R> } : unknown) & {
    readonly signal?: AbortSignal;
    /** The version that the change rests on: with another one there it is refused as `version_stale`. */
    readonly ifVersion?: number;
  };

/** A query of which nothing is required may be left out. */
type QueryPart<Query> =
  Record<never, never> extends Query ? { readonly query?: Query } : { readonly query: Query };

type CallArguments<R extends Route> =
  Record<never, never> extends CallParts<R> ? [parts?: CallParts<R>] : [parts: CallParts<R>];

interface LooseParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly ifVersion?: number;
}

export async function call<R extends Route>(route: R, ...[parts]: CallArguments<R>): Promise<RouteReply<R>> {
  const loose = (parts ?? {}) as LooseParts; // CallArguments has checked the parts against the route already.
  const response = await send(route, loose);
  const reply = await readJson(response);
  if (!response.ok) throw errorOf(response, reply);
  if (!route.reply) return undefined as RouteReply<R>;
  const parsed = route.reply.safeParse(reply);
  if (!parsed.success) throw new ApiError("unreadable", apiText.unreadable, { cause: parsed.error });
  return parsed.data as RouteReply<R>;
}

/** The address of a route below this origin. */
function pathOf(
  route: Pick<Route, "path">,
  { params = {}, query = {} }: Pick<LooseParts, "params" | "query"> = {},
): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const search = new URLSearchParams(given).toString();
  return `${API_PREFIX}${path}${search === "" ? "" : `?${search}`}`;
}

async function send(route: Route, { params, query, body, signal, ifVersion }: LooseParts): Promise<Response> {
  const address = pathOf(route, { ...(params && { params }), ...(query && { query }) });
  try {
    return await fetch(address, {
      method: route.method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        accept: "application/json",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(ifVersion !== undefined && { "if-match": `"v${ifVersion}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
    if (signal?.aborted && !isLate) throw cause;
    throw new ApiError("unreachable", apiText.unreachable, { cause });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    // Not JSON: a proxy's page, or a connection cut halfway. The caller names it by the status.
    return undefined;
  }
}

function errorOf(response: Response, reply: unknown): ApiError {
  const parsed = errorReplySchema.safeParse(reply);
  if (parsed.success) return apiErrorOfReply(parsed.data);
  // A proxy in front answers in its own words while the broker is away.
  const isAway = response.status >= 502 && response.status <= 504;
  return isAway
    ? new ApiError("unavailable", apiText.unreachable)
    : new ApiError("unreadable", apiText.unreadable);
}
