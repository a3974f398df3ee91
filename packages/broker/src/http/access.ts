/**
 * Who sends a request, and whether it may come in: token, origin, and the route's access.
 *
 * Runs before the body is read. INVARIANT: what is not allowed here in so many words is refused.
 */
import { API_TOKEN_PREFIX, DeskgateError, type Route } from "@deskgate/contract";
import type { FastifyRequest } from "fastify";
import { type Caller, mayCall } from "../domain/caller.ts";
import { plainAddress } from "../domain/client-address.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { cookieTokenOf } from "./session-cookie.ts";

export type Recognise = (token: string, address: string) => Promise<Caller | undefined>;

export interface AccessDeps {
  readonly recognise: Recognise;
  readonly rates: RateLimiter;
}

/** The caller, where the route is open to them; throws the refusal otherwise. */
export async function admitRequest(
  request: FastifyRequest,
  route: Route,
  deps: AccessDeps,
): Promise<Caller | undefined> {
  refuseForeign(request, route);
  // Nothing that an anonymous route does depends on who calls.
  const caller = route.access === "anonymous" ? undefined : await recogniseRequest(request, deps);
  if (caller) deps.rates.countCaller(caller.userId, caller.tokenId);
  else deps.rates.countAddress(plainAddress(request.socket.remoteAddress));
  if (route.access === "anonymous") return undefined;
  if (!caller) throw new DeskgateError("not_signed_in");
  if (!mayCall(route.access, caller)) throw new DeskgateError("not_permitted");
  if (route.needsSignIn && caller.tokenId !== undefined) throw new DeskgateError("not_permitted");
  return caller;
}

export async function recogniseRequest(
  request: FastifyRequest,
  { recognise }: Pick<AccessDeps, "recognise">,
): Promise<Caller | undefined> {
  const token = presentedToken(request);
  return token === undefined ? undefined : recognise(token, plainAddress(request.socket.remoteAddress));
}

/** An `Authorization` header decides alone: a script with a stale token must not act as whoever the cookie names. */
function presentedToken(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const token = cookieTokenOf(request);
    // An API token is for scripts; in a cookie, it would be sent by whatever page asks.
    return token?.startsWith(API_TOKEN_PREFIX) ? undefined : token;
  }
  return /^Bearer ([A-Za-z0-9_-]{1,200})$/i.exec(authorization)?.[1];
}

/**
 * Against requests that another site makes the browser send (CSRF). A browser names the page's origin on every request
 * that changes something; a script with a bearer token has nothing that a site could ride on.
 */
function refuseForeign(request: FastifyRequest, route: Route): void {
  if (route.method === "GET" || request.headers.authorization !== undefined) return;
  const { origin } = request.headers;
  if (origin !== undefined) {
    if (!isOwnOrigin(origin, request.headers.host)) throw new DeskgateError("origin_foreign");
    return;
  }
  const isCookieAtWork = route.access !== "anonymous" && cookieTokenOf(request) !== undefined;
  if (isCookieAtWork && request.headers["sec-fetch-site"] !== "same-origin")
    throw new DeskgateError("origin_foreign");
}

/** Whether the page that sent the request came from the host it was sent to. `null` and the like are no origins. */
function isOwnOrigin(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin) || host === undefined) return false;
  const page = new URL(origin);
  // The page's scheme decides which port is left out of `Host`.
  const here = URL.canParse(`${page.protocol}//${host}`) ? new URL(`${page.protocol}//${host}`) : undefined;
  return /^https?:$/.test(page.protocol) && here?.host === page.host;
}
