/**
 * Reads the ordinary request for a tunnel straight from the first bytes, without Node's HTTP parser and its objects,
 * which would be a third of what a set-up costs after TLS.
 *
 * It takes only what every browser sends: one whole head in one piece, plain header lines, no name twice, no body.
 * Anything else is not refused here but left to Node's parser, so that there is one judge of the unusual. Whether the
 * request may become a tunnel is decided elsewhere, for both ways alike. Pure.
 */
import { TUNNEL_PATH } from "@deskgate/contract";
import type { UpgradeRequest } from "./tunnel-upgrade.ts";

export interface TunnelRequest extends UpgradeRequest {
  /** Length of the head; what follows it belongs to the tunnel. */
  readonly headBytes: number;
}

/** LIMIT: heads read here; longer ones meet the HTTP parser's own limit. */
const MAX_HEAD_BYTES = 4096;
const REQUEST_LINE = `GET ${TUNNEL_PATH} HTTP/1.1\r\n`;
const HEAD_END = "\r\n\r\n";
/** RFC 9110 §5.1 and §5.5: a token, a colon, visible ASCII with single-byte blanks inside; no folding. */
const HEADER_LINE =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?[ \t]*$/;
/** With a body, or more than one reading of where the head ends, the parser shall judge. */
const NOT_ORDINARY = new Set(["content-length", "transfer-encoding", "expect", "trailer"]);

/** The request at the beginning of `bytes`, or `undefined` where it is not the ordinary one for a tunnel. */
export function readTunnelRequest(bytes: Buffer): TunnelRequest | undefined {
  const text = bytes.toString("latin1", 0, MAX_HEAD_BYTES);
  if (!text.startsWith(REQUEST_LINE)) return undefined;
  const end = text.indexOf(HEAD_END);
  if (end < REQUEST_LINE.length) return undefined;
  const headers = readHeaders(text.slice(REQUEST_LINE.length, end));
  return headers && { method: "GET", url: TUNNEL_PATH, headers, headBytes: end + HEAD_END.length };
}

function readHeaders(block: string): Record<string, string> | undefined {
  const headers: Record<string, string> = Object.create(null);
  for (const line of block.split("\r\n")) {
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) return undefined;
    const key = name.toLowerCase();
    if (NOT_ORDINARY.has(key) || headers[key] !== undefined) return undefined;
    headers[key] = value;
  }
  return headers;
}
