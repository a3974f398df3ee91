/**
 * The API without HTTP, for the command line on the broker's own host: the same schemas, the same handlers, the same
 * records in the audit. No sign-in: whoever may open the data folder could change it without us.
 */
import {
  DeskgateError,
  PERMISSION_NAMES,
  ROUTES,
  type Route,
  type RouteName,
  type RouteReply,
} from "@deskgate/contract";
import type { Caller } from "../domain/caller.ts";
import { type Handlers, LOCAL_USER_ID } from "./handler.ts";
import { fieldsOf } from "./validation.ts";

export interface RouteInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Throws `validation_failed` where a schema refuses, and whatever the handler throws. `operator` names who types. */
export type CallRoute = <Name extends RouteName>(
  operator: string,
  name: Name,
  input?: RouteInput,
) => Promise<RouteReply<(typeof ROUTES)[Name]>>;

/** Handlers differ in what they take, per route; the schemas have made sure of it when one is called. */
type AnyHandler = (call: object) => Promise<unknown>;

export function createLocalCalls(handlers: Handlers): CallRoute {
  return async (operator, name, input = {}) => {
    const route: Route = ROUTES[name];
    const call = {
      params: paramsOf(route, input),
      query: parsed(route.query, input.query ?? {}),
      body: parsed(route.body, input.body ?? {}),
      caller: localCaller(operator),
      client: LOCAL_CLIENT,
    };
    const reply = await (handlers[name] as AnyHandler)(call);
    // The reply has passed the handler's type; the schema leaves out what it does not name, as it does over HTTP.
    return (route.reply ? route.reply.parse(reply) : undefined) as RouteReply<(typeof ROUTES)[typeof name]>;
  };
}

/** A path that no id fits is a path to nothing. */
function paramsOf({ params }: Route, input: RouteInput): unknown {
  const result = params?.safeParse(input.params ?? {});
  if (result?.success === false) throw new DeskgateError("not_found");
  return result?.data;
}

function parsed(schema: Route["body"], value: unknown): unknown {
  const result = schema?.safeParse(value);
  if (!result) return undefined;
  if (!result.success) throw new DeskgateError("validation_failed", { fields: fieldsOf(result.error) });
  return result.data;
}

function localCaller(operator: string): Caller {
  const name = `local:${operator}`;
  return {
    ...{ userId: LOCAL_USER_ID, userName: name, displayName: name },
    ...{ role: "administrator", permissions: PERMISSION_NAMES, hasPassword: false, signInId: LOCAL_USER_ID },
  };
}

const LOCAL_CLIENT = {
  ...{ address: "local", userAgent: "deskgate", cookieToken: undefined },
  setCookieToken() {},
  clearCookieToken() {},
};
