/** What a route's handler receives and gives, derived from its row in the contract's table. */

import type { Readable } from "node:stream";
import type {
  ROUTES,
  Route,
  RouteBody,
  RouteName,
  RouteParams,
  RouteQuery,
  RouteReply,
} from "@deskgate/contract";
import type { Caller } from "../domain/caller.ts";

/** The client's side of a request, and the one thing a handler may do to the reply beyond its body. */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
  /** The token in the session cookie, whatever it is worth. */
  readonly cookieToken: string | undefined;
  /** The version that `If-Match` names; absent where any will do. */
  readonly ifVersion: number | undefined;
  readonly lastEventId: string | undefined;
  /** Who the same token stands for now; `undefined` once it is worth nothing. */
  recogniseAgain(): Promise<Caller | undefined>;
  setCookieToken(token: string, expiresAt: number): void;
  clearCookieToken(): void;
}

/** CSV as it comes, or what JSON said. */
export type Upload = Readable | { readonly json: unknown };

interface Call<R extends Route> {
  readonly params: RouteParams<R>;
  readonly query: RouteQuery<R>;
  readonly body: R extends { readonly upload: unknown } ? Upload : RouteBody<R>;
  readonly caller: R["access"] extends "anonymous" ? Caller | undefined : Caller;
  readonly client: Client;
}

/** One handler per route: a missing one does not compile. */
export type Handlers = {
  readonly [Name in RouteName]: (
    call: Call<(typeof ROUTES)[Name]>,
  ) => Promise<RouteReply<(typeof ROUTES)[Name]>>;
};
