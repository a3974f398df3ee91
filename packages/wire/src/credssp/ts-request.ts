/** CredSSP's envelope (MS-CSSP §2.2.1): DER with EXPLICIT tags, read and written. */

import { utf16Le } from "../bytes/little-endian.ts";
import { DER_TAG, derField, readDerHead, readDerList, readDerOnly, readDerUnsigned } from "../der/read.ts";
import { derContext, derOctets, derSequence, derUnsigned } from "../der/write.ts";

/** LIMIT: a request; NTLM and Kerberos tokens have at most some kilobytes. */
const MAX_REQUEST_BYTES = 64 * 1024;

const FIELD = {
  version: 0,
  negoTokens: 1,
  authInfo: 2,
  pubKeyAuth: 3,
  errorCode: 4,
  clientNonce: 5,
} as const;

export interface TsRequest {
  readonly version: number;
  readonly negoToken?: Uint8Array | undefined;
  readonly authInfo?: Uint8Array | undefined;
  readonly pubKeyAuth?: Uint8Array | undefined;
  /** NTSTATUS. */
  readonly errorCode?: number | undefined;
  readonly clientNonce?: Uint8Array | undefined;
}

export type TsRequestReading =
  | { readonly at: "more" }
  | { readonly at: "refused"; readonly why: string }
  | { readonly at: "read"; readonly size: number; readonly request: TsRequest };

export function readTsRequest(bytes: Uint8Array): TsRequestReading {
  const head = readDerHead(bytes);
  if (head.at === "more") return head;
  if (head.at === "malformed" || head.tag !== DER_TAG.sequence)
    return { at: "refused", why: "not a CredSSP message" };
  const size = head.headBytes + head.contentBytes;
  if (MAX_REQUEST_BYTES < size) return { at: "refused", why: "CredSSP message too long" };
  if (bytes.length < size) return { at: "more" };
  const fields = readDerList(bytes.subarray(head.headBytes, size));
  const version = fields && unsignedField(fields, FIELD.version);
  if (!fields || version === undefined) return { at: "refused", why: "CredSSP message malformed" };
  const request = {
    version,
    negoToken: firstToken(derField(fields, FIELD.negoTokens, DER_TAG.sequence)),
    authInfo: derField(fields, FIELD.authInfo, DER_TAG.octetString),
    pubKeyAuth: derField(fields, FIELD.pubKeyAuth, DER_TAG.octetString),
    errorCode: errorField(fields),
    clientNonce: derField(fields, FIELD.clientNonce, DER_TAG.octetString),
  };
  return { at: "read", size, request };
}

type Fields = Parameters<typeof derField>[0];

function unsignedField(fields: Fields, number: number): number | undefined {
  const content = derField(fields, number, DER_TAG.integer);
  return content && readDerUnsigned(content);
}

/** NTSTATUS of a failure has its highest bit set, which some servers write as a negative number. */
function errorField(fields: Fields): number | undefined {
  const content = derField(fields, FIELD.errorCode, DER_TAG.integer);
  return content?.subarray(-4).reduce((value, byte) => (value * 256 + byte) >>> 0, 0);
}

/** NegoData ::= SEQUENCE OF SEQUENCE { negoToken [0] OCTET STRING }; only the first is ever used. */
function firstToken(negoData: Uint8Array | undefined): Uint8Array | undefined {
  const [first] = (negoData && readDerList(negoData)) ?? [];
  const fields = first?.tag === DER_TAG.sequence ? readDerList(first.content) : undefined;
  return fields && derField(fields, 0, DER_TAG.octetString);
}

export function encodeTsRequest(request: TsRequest): Uint8Array {
  const { version, negoToken, authInfo, pubKeyAuth, errorCode, clientNonce } = request;
  const fields = [derContext(FIELD.version, derUnsigned(version))];
  if (negoToken)
    fields.push(derContext(FIELD.negoTokens, derSequence(derSequence(derContext(0, derOctets(negoToken))))));
  if (authInfo) fields.push(derContext(FIELD.authInfo, derOctets(authInfo)));
  if (pubKeyAuth) fields.push(derContext(FIELD.pubKeyAuth, derOctets(pubKeyAuth)));
  if (errorCode !== undefined) fields.push(derContext(FIELD.errorCode, derUnsigned(errorCode)));
  if (clientNonce) fields.push(derContext(FIELD.clientNonce, derOctets(clientNonce)));
  return derSequence(...fields);
}

/** TSCredentials with TSPasswordCreds (§2.2.1.2), still to be sealed. */
export function encodePasswordCredentials(credential: {
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}): Uint8Array {
  const text = (number: number, value: string) => derContext(number, derOctets(utf16Le(value)));
  const { domain, username, password } = credential;
  const passwordCredentials = derSequence(text(0, domain), text(1, username), text(2, password));
  return derSequence(derContext(0, derUnsigned(1)), derContext(1, derOctets(passwordCredentials)));
}

/** The subjectPublicKey bits of a SubjectPublicKeyInfo (RFC 5280 §4.1), which CredSSP binds to. */
export function subjectPublicKeyOf(publicKeyInfo: Uint8Array): Uint8Array | undefined {
  const content = readDerOnly(publicKeyInfo, DER_TAG.sequence);
  const [, bits] = (content && readDerList(content)) ?? [];
  // The first byte counts unused bits, of which keys have none.
  return bits?.tag === DER_TAG.bitString && bits.content[0] === 0 ? bits.content.subarray(1) : undefined;
}
