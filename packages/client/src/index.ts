/**
 * The API as functions, one per route of the contract's table: `client.listUsers({ query: { q: "ada" } })`.
 *
 * Nothing here names a route: what the table gains, the client has. For scripts with an API token; replies are parsed
 * by the route's schema, refusals are {@link ApiRefusal}.
 */
import {
  API_PREFIX,
  type ErrorReply,
  errorReplySchema,
  ROUTES,
  type Route,
  type RouteBodyInput,
  type RouteName,
  type RouteParams,
  type RouteQueryInput,
  type RouteReply,
} from "@deskgate/contract";

export interface ClientOptions {
  /** The site's address. */
  readonly url: string;
  /** An API token. */
  readonly token: string;
}

/** Exactly what the route takes, and headers such as `If-Match` and `Idempotency-Key`. */
type Parts<R extends Route> = ("params" extends keyof R ? { readonly params: RouteParams<R> } : unknown) &
  ("query" extends keyof R ? { readonly query?: RouteQueryInput<R> } : unknown) &
  ("body" extends keyof R ? { readonly body: RouteBodyInput<R> } : unknown) & {
    readonly headers?: Readonly<Record<string, string>>;
  };
type Arguments<R extends Route> =
  Record<never, never> extends Parts<R> ? [parts?: Parts<R>] : [parts: Parts<R>];

/** Streams and uploads need more than one answer to one question. */
type PlainRouteName = {
  [Name in RouteName]: (typeof ROUTES)[Name] extends { readonly media: string } | { readonly upload: object }
    ? never
    : Name;
}[RouteName];

export type Client = {
  readonly [Name in PlainRouteName]: (
    ...parts: Arguments<(typeof ROUTES)[Name]>
  ) => Promise<RouteReply<(typeof ROUTES)[Name]>>;
};

/** The API said no; `code` is stable. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly error: ErrorReply["error"] | undefined;

  constructor(status: number, error: ErrorReply["error"] | undefined) {
    super(error?.message ?? `The server answered ${status}.`);
    this.status = status;
    this.error = error;
  }
}

export function createClient(options: ClientOptions): Client {
  const routes = Object.entries<Route>(ROUTES).filter(([, { media, upload }]) => !media && !upload);
  const calls = routes.map(([name, route]) => [
    name,
    (parts?: LooseParts) => send(options, route, parts ?? {}),
  ]);
  return Object.fromEntries(calls) as Client; // one function per plain route
}

interface LooseParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(
  { url, token }: ClientOptions,
  route: Route,
  { params = {}, query = {}, body, headers = {} }: LooseParts,
): Promise<unknown> {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const address = new URL(`${API_PREFIX}${path}`, url);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(name, String(value));
  const response = await fetch(address, {
    method: route.method,
    headers: {
      ...{ accept: "application/json", authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const reply: unknown = text === "" ? undefined : JSON.parse(text);
  if (!response.ok) throw new ApiRefusal(response.status, errorReplySchema.safeParse(reply).data?.error);
  return route.reply?.parse(reply);
}
