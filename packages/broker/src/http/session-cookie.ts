/** The cookie that carries a browser's token. `__Host-` makes browsers insist on Secure, Path=/ and no Domain. */
import type { FastifyReply, FastifyRequest } from "fastify";

export const SESSION_COOKIE = "__Host-deskgate";

const ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;

export function cookieTokenOf(request: FastifyRequest): string | undefined {
  const token = request.cookies[SESSION_COOKIE];
  return token !== undefined && /^[A-Za-z0-9_-]{1,200}$/.test(token) ? token : undefined;
}

export function setSessionCookie(reply: FastifyReply, token: string, expiresAt: number): void {
  reply.setCookie(SESSION_COOKIE, token, { ...ATTRIBUTES, expires: new Date(expiresAt) });
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, ATTRIBUTES);
}
