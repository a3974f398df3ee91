/** What a viewer reads where the broker cannot answer: a page for a person, JSON for a program. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ERRORS, type ErrorCode, type ErrorReply } from "@deskgate/contract";

const RETRY_AFTER_SECONDS = 5;

export function sendUnavailable(request: IncomingMessage, response: ServerResponse, code: ErrorCode): void {
  const { status, message } = ERRORS[code];
  const isForPerson = status === 503 && (request.headers.accept ?? "").includes("text/html");
  const body = isForPerson ? page(message) : json(code);
  response.writeHead(status, {
    "Content-Type": `${isForPerson ? "text/html" : "application/json"}; charset=utf-8`,
    "Content-Length": Buffer.byteLength(body),
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    ...(status === 503 ? { "Retry-After": RETRY_AFTER_SECONDS } : {}),
    // What is still to come of the request is not read.
    Connection: "close",
  });
  response.end(request.method === "HEAD" ? undefined : body);
  request.resume();
}

function json(code: ErrorCode): string {
  const reply: ErrorReply = { error: { code, message: ERRORS[code].message, requestId: randomUUID() } };
  return JSON.stringify(reply);
}

function page(message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="${RETRY_AFTER_SECONDS}">
<meta name="viewport" content="width=device-width">
<title>Deskgate</title>
<h1>One moment</h1>
<p>${message}</p>
<p>This page tries again by itself.</p>
</html>
`;
}
