/** One row of the API: everything that the broker's server, the console, OpenAPI and the permission matrix need to know of it. */
import type { z } from "zod";
import type { ErrorCode } from "../errors.ts";
import type { Permission } from "../permissions.ts";

/** Who may call: anyone, anyone signed in, or whose role has the permission. Denied unless named here. */
export type Access = "anonymous" | "signed-in" | Permission;
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** Below {@link API_PREFIX}, with `:name` for each parameter. */
  readonly path: string;
  readonly access: Access;
  /** Not with an API token: it takes a person who signed in. */
  readonly needsSignIn?: true;
  readonly tag: string;
  readonly summary: string;
  readonly params?: Params;
  /** Strict, like `body`: a key that is not known is refused, so that nobody sets what they may not (N56). */
  readonly query?: Query;
  readonly body?: Body;
  /** Absent where the reply is empty (204). */
  readonly reply?: Reply;
  /** What the reply is sent as; JSON where absent. Anything else is a stream of text. */
  readonly media?: "text/csv" | "text/event-stream";
  /** Instead of `body`: what may be sent, of which the handler itself makes sense. */
  readonly upload?: {
    readonly media: readonly ("text/csv" | "application/json")[];
    readonly maxBytes: number;
  };
  /** 201 where something is made; 200 otherwise, or 204 without a reply. */
  readonly status?: 200 | 201 | 204;
  /** Refusals beyond those every route may give. */
  readonly refusals?: readonly ErrorCode[];
}

export const API_PREFIX = "/api/v1";

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Given<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;

/** What a handler of the route receives. */
export type RouteParams<R extends Route> = Parsed<R["params"]>;
export type RouteQuery<R extends Route> = Parsed<R["query"]>;
export type RouteBody<R extends Route> = Parsed<R["body"]>;
/** What a caller sends. */
export type RouteBodyInput<R extends Route> = Given<R["body"]>;
/** What a caller sends as query. */
export type RouteQueryInput<R extends Route> = Given<R["query"]>;
/** What a handler returns and a caller receives. */
export type RouteReply<R extends Route> = R extends { readonly media: string }
  ? AsyncIterable<string>
  : Parsed<R["reply"]>;
