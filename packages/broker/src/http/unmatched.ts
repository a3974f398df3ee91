/** Requests that no route took: a wrong method, an unknown address, or a page of the console. */
import { API_PREFIX, DeskgateError, ROUTES, type Route } from "@deskgate/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { sendError } from "./error-reply.ts";

type SendConsole = (request: FastifyRequest, reply: FastifyReply) => boolean;

export function createUnmatchedHandler(sendConsole: SendConsole) {
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const pathname = request.url.split("?", 1)[0] ?? "";
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && !/^\/api(\/|$)/i.test(pathname) && sendConsole(request, reply)) return reply;
    const methods = methodsOf(pathname);
    if (methods.length === 0 || methods.includes(request.method))
      return sendError(reply, new DeskgateError("not_found"));
    return sendError(reply.header("allow", methods.join(", ")), new DeskgateError("method_not_allowed"));
  };
}

function methodsOf(pathname: string): readonly string[] {
  const routes: readonly Route[] = Object.values(ROUTES);
  return routes.filter((route) => matches(route.path, pathname)).map(({ method }) => method);
}

function matches(template: string, pathname: string): boolean {
  const wanted = `${API_PREFIX}${template}`.split("/");
  const given = pathname.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith(":") ? given[index] !== "" : part === given[index]))
  );
}
