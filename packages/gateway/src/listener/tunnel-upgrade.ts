/**
 * Reads a browser's request for a tunnel (RFC 6455 §4.2.1) and finds the ticket in it, or says why not.
 *
 * The ticket travels as a sub-protocol, because URLs end up in logs. A query, a body or another path could only be an
 * attempt to say more than the ticket says, so they are refused (negative cases N3 and N35).
 */
import { hash } from "node:crypto";
import {
  type ErrorCode,
  TICKET_SUBPROTOCOL_PREFIX,
  TUNNEL_PATH,
  TUNNEL_SUBPROTOCOL,
  ticketSchema,
} from "@deskgate/contract";

/** What of a request is looked at; Node's own requests have it too. */
export interface UpgradeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: {
    readonly host?: string | undefined;
    readonly origin?: string | undefined;
    readonly upgrade?: string | undefined;
    readonly "sec-websocket-key"?: string | undefined;
    readonly "sec-websocket-version"?: string | undefined;
    readonly "sec-websocket-protocol"?: string | undefined;
  };
}

export type UpgradeReading =
  | { readonly ticket: string; readonly acceptKey: string }
  | { readonly refused: ErrorCode };

const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
const KEY_SHAPE = /^[+/0-9A-Za-z]{22}==$/;

export function readUpgrade(request: UpgradeRequest): UpgradeReading {
  const { headers, url = "" } = request;
  const [path, ...rest] = url.split("?");
  if (path !== TUNNEL_PATH)
    return { refused: path?.startsWith(`${TUNNEL_PATH}/`) ? "destination_not_accepted" : "not_found" };
  if (0 < rest.length) return { refused: "destination_not_accepted" };
  const key = headers["sec-websocket-key"];
  if (!isWebSocketUpgrade(request) || key === undefined || !KEY_SHAPE.test(key))
    return { refused: "upgrade_malformed" };
  if (!isSameOrigin(headers.origin, headers.host)) return { refused: "origin_foreign" };
  const ticket = ticketIn(headers["sec-websocket-protocol"]);
  if (ticket === undefined) return { refused: "ticket_missing" };
  if (!ticketSchema.safeParse(ticket).success) return { refused: "ticket_unknown" };
  return { ticket, acceptKey: hash("sha1", key + WEBSOCKET_GUID, "base64") };
}

function isWebSocketUpgrade({ method, headers }: UpgradeRequest): boolean {
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13"
  );
}

/** A browser always names the page's origin on a WebSocket; without one the request is no page's (negative case N34). */
function isSameOrigin(origin: string | undefined, host: string | undefined): boolean {
  return (
    origin !== undefined && host !== undefined && origin.toLowerCase() === `https://${host.toLowerCase()}`
  );
}

/** The one ticket among the offered sub-protocols; the plain protocol must be offered beside it, since it is what we choose. */
function ticketIn(offered: string | undefined): string | undefined {
  const protocols = offered?.split(",").map((name) => name.trim()) ?? [];
  const tickets = protocols.filter((name) => name.startsWith(TICKET_SUBPROTOCOL_PREFIX));
  if (!protocols.includes(TUNNEL_SUBPROTOCOL) || tickets.length !== 1) return undefined;
  return tickets[0]?.slice(TICKET_SUBPROTOCOL_PREFIX.length);
}

/** The answer that begins the tunnel. */
export function switchingProtocols(acceptKey: string): string {
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey}\r\nSec-WebSocket-Protocol: ${TUNNEL_SUBPROTOCOL}\r\n\r\n`;
}
