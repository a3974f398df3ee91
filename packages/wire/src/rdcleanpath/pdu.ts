/**
 * RDCleanPath: how a browser's RDP client lets a gateway do X.224 and TLS for it (Devolutions, MIT/Apache-2.0;
 * `ironrdp-rdcleanpath`). One request, one response, then the plain side of the TLS stream.
 *
 * INVARIANT: what the request says of a destination is not even read; it comes from the admission. The authorisation was
 * the ticket's, so its field is free for what our viewer has to say.
 */
import { latin1 } from "../bytes/big-endian.ts";
import { DER_TAG, derField, readDerHead, readDerList, readDerOnly, readDerUnsigned } from "../der/read.ts";
import { derContext, derOctets, derSequence, derUnsigned, derUtf8 } from "../der/write.ts";

/** `VERSION_1`: 3389 + 1. */
const VERSION = 3390;
/** LIMIT: a request; the X.224 part has at most 512 bytes, and names and tokens come beside it. */
const MAX_REQUEST_BYTES = 16 * 1024;

const FIELD = { version: 0, error: 1, proxyAuth: 3, x224: 6, certificates: 7, serverAddress: 9 } as const;
const ERROR_FIELD = { code: 0, httpStatus: 1, wsaLastError: 2, tlsAlert: 3 } as const;

export type CleanPathReading =
  | { readonly at: "more" }
  | { readonly at: "refused"; readonly why: string }
  /** `x224`: the client's connection request, a whole TPKT. */
  | {
      readonly at: "read";
      readonly size: number;
      readonly x224: Uint8Array;
      readonly hint: ViewerHint;
    };

const HINT = /^keyboard:([0-9a-f]{8})(;true-colour)?$/;

/** What our viewer has to say of the person's keyboard and of its client. */
export interface ViewerHint {
  /** Windows' number of the layout; 0 where the viewer does not say. */
  readonly keyboardLayout: number;
  /** The client asks for fewer colours than it should; the gateway is to ask for more. */
  readonly needsTrueColour: boolean;
}

/** What the viewer gives its web client as token. */
export function viewerHint({ keyboardLayout, needsTrueColour }: ViewerHint): string {
  const keyboard = `keyboard:${keyboardLayout.toString(16).padStart(8, "0")}`;
  return needsTrueColour ? `${keyboard};true-colour` : keyboard;
}

function parseHint(text: string): ViewerHint {
  const [, layout = "0", trueColour] = HINT.exec(text) ?? [];
  return { keyboardLayout: Number.parseInt(layout, 16), needsTrueColour: trueColour !== undefined };
}

/** Reads the request at the beginning of `bytes`. */
export function readCleanPathRequest(bytes: Uint8Array): CleanPathReading {
  const head = readDerHead(bytes);
  if (head.at === "more") return head;
  if (head.at === "malformed" || head.tag !== DER_TAG.sequence)
    return { at: "refused", why: "not an RDCleanPath request" };
  const size = head.headBytes + head.contentBytes;
  if (MAX_REQUEST_BYTES < size) return { at: "refused", why: "RDCleanPath request too long" };
  if (bytes.length < size) return { at: "more" };
  const fields = readDerList(bytes.subarray(head.headBytes, size));
  if (!fields) return { at: "refused", why: "RDCleanPath request malformed" };
  const version = derField(fields, FIELD.version, DER_TAG.integer);
  if (!version || readDerUnsigned(version) !== VERSION)
    return { at: "refused", why: "RDCleanPath version not known" };
  const x224 = derField(fields, FIELD.x224, DER_TAG.octetString);
  if (!x224) return { at: "refused", why: "RDCleanPath request without X.224 part" };
  const hint = parseHint(latin1(derField(fields, FIELD.proxyAuth, DER_TAG.utf8String) ?? new Uint8Array(0)));
  return { at: "read", size, x224, hint };
}

export interface CleanPathResponse {
  /** The machine's connection confirm, a whole TPKT. */
  readonly x224: Uint8Array;
  /** DER, the machine's own first. */
  readonly certificates: readonly Uint8Array[];
  readonly serverAddress: string;
}

export function encodeCleanPathResponse({
  x224,
  certificates,
  serverAddress,
}: CleanPathResponse): Uint8Array {
  return derSequence(
    derContext(FIELD.version, derUnsigned(VERSION)),
    derContext(FIELD.x224, derOctets(x224)),
    derContext(FIELD.certificates, derSequence(...certificates.map(derOctets))),
    derContext(FIELD.serverAddress, derUtf8(serverAddress)),
  );
}

/** `negotiation`: the machine's own words are in its connection confirm, which the client decodes. */
export type CleanPathError =
  | {
      readonly kind: "general";
      readonly httpStatus?: number;
      readonly wsaLastError?: number;
      readonly tlsAlert?: number;
    }
  | { readonly kind: "negotiation"; readonly x224: Uint8Array };

export function encodeCleanPathError(error: CleanPathError): Uint8Array {
  const version = derContext(FIELD.version, derUnsigned(VERSION));
  if (error.kind === "negotiation") {
    const code = derContext(ERROR_FIELD.code, derUnsigned(2));
    return derSequence(
      version,
      derContext(FIELD.error, derSequence(code)),
      derContext(FIELD.x224, derOctets(error.x224)),
    );
  }
  const { httpStatus, wsaLastError, tlsAlert } = error;
  const parts = [derContext(ERROR_FIELD.code, derUnsigned(1))];
  if (httpStatus !== undefined) parts.push(derContext(ERROR_FIELD.httpStatus, derUnsigned(httpStatus)));
  if (wsaLastError !== undefined) parts.push(derContext(ERROR_FIELD.wsaLastError, derUnsigned(wsaLastError)));
  if (tlsAlert !== undefined) parts.push(derContext(ERROR_FIELD.tlsAlert, derUnsigned(tlsAlert)));
  return derSequence(version, derContext(FIELD.error, derSequence(...parts)));
}

/** The connection confirm in a response or a negotiation error; for clients and tests. */
export function readCleanPathX224(response: Uint8Array): Uint8Array | undefined {
  const content = readDerOnly(response, DER_TAG.sequence);
  const fields = content && readDerList(content);
  return fields && derField(fields, FIELD.x224, DER_TAG.octetString);
}
