/**
 * Signs in to a machine by CredSSP (MS-CSSP §3.1.5) with a stored password: NTLM, then proof of the machine's TLS key,
 * then the password, sealed.
 *
 * INVARIANT: the password leaves only after the machine has shown that it holds the key of the certificate that was
 * judged, so that nobody in between can take it.
 */
import { createHash, randomBytes, timingSafeEqual, X509Certificate } from "node:crypto";
import type { Credential } from "@deskgate/contract";
import {
  encodePasswordCredentials,
  encodeTsRequest,
  NTLM_MECHANISMS,
  readTsRequest,
  type SignInRefusal,
  signInRefusalOf,
  subjectPublicKeyOf,
  type TsRequest,
  unwrapToken,
  wrapFirstToken,
  wrapNextToken,
} from "@deskgate/wire";
import type { Conversation } from "../../relay/converse.ts";
import { NtlmClient } from "./ntlm-client.ts";

/** The newest version; since 5 the key's proof is a hash with a nonce (CVE-2018-0886). */
const VERSION = 6;
const HASHED_SINCE = 5;

export type SignInState =
  | { readonly at: "challenge" }
  | { readonly at: "proof"; readonly version: number }
  | { readonly at: "done" }
  | { readonly at: "failed"; readonly because: "protocol" | SignInRefusal; readonly detail: string };

export interface SignInOptions {
  readonly credential: Credential;
  /** As the admission names it; part of the service's name. */
  readonly host: string;
  /** DER. */
  readonly certificate: Uint8Array;
  /** Some machines only take NTLM inside SPNEGO, others only without. */
  readonly usesSpnego: boolean;
}

export interface SignIn {
  readonly conversation: Conversation<SignInState>;
  readonly greeting: Uint8Array;
}

/** `undefined` where the certificate's key cannot be bound to. */
export function beginSignIn({
  credential,
  host,
  certificate,
  usesSpnego,
}: SignInOptions): SignIn | undefined {
  const { username = "", domain = "", password = "" } = credential;
  const info = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  const publicKey = subjectPublicKeyOf(info);
  if (!publicKey) return undefined;
  const who = { username, domain, password };
  const ntlm = new NtlmClient({
    ...{ ...who, certificate, serviceName: `TERMSRV/${host}` },
    ...{ random: randomBytes, nowMs: Date.now },
  });
  const parts: Parts = { ntlm, publicKey, nonce: randomBytes(32), who, usesSpnego };
  return {
    greeting: encodeTsRequest({
      version: VERSION,
      negoToken: usesSpnego ? wrapFirstToken(ntlm.first) : ntlm.first,
    }),
    conversation: {
      begin: { at: "challenge" },
      advance: (state, bytes) => advance(state, bytes, parts),
      isOver: ({ at }) => at === "done" || at === "failed",
    },
  };
}

interface Parts {
  readonly ntlm: NtlmClient;
  readonly publicKey: Uint8Array;
  readonly nonce: Buffer;
  readonly who: { readonly username: string; readonly domain: string; readonly password: string };
  readonly usesSpnego: boolean;
}

interface Step {
  readonly next: SignInState;
  readonly send?: Uint8Array;
}

function advance(state: SignInState, bytes: Uint8Array, parts: Parts): Step & { readonly consumed: number } {
  const reading = readTsRequest(bytes);
  if (reading.at === "more") return { next: state, consumed: 0 };
  if (reading.at === "refused") return { ...failed("protocol", reading.why), consumed: 0 };
  return { ...onMessage(state, reading.request, parts), consumed: reading.size };
}

function onMessage(state: SignInState, request: TsRequest, parts: Parts): Step {
  const { errorCode } = request;
  if (errorCode !== undefined && errorCode !== 0)
    return failed(signInRefusalOf(errorCode), `machine answered status 0x${errorCode.toString(16)}`);
  switch (state.at) {
    case "challenge":
      return answerChallenge(request, parts);
    case "proof":
      return checkProof(request, state.version, parts);
    case "done":
    case "failed":
      return { next: state };
  }
}

function answerChallenge(request: TsRequest, parts: Parts): Step {
  const { ntlm, publicKey, nonce, usesSpnego } = parts;
  const token = request.negoToken;
  const challenge = token && usesSpnego ? (unwrapToken(token) ?? token) : token;
  const answer = challenge && ntlm.answer(challenge);
  if (!answer) return failed("protocol", "machine did not answer with an NTLM challenge");
  const version = Math.min(VERSION, request.version);
  const isHashed = HASHED_SINCE <= version;
  const negoToken = usesSpnego ? wrapNextToken(answer, ntlm.sign(NTLM_MECHANISMS)) : answer;
  const proof = isHashed ? keyHash("Client-To-Server", nonce, publicKey) : publicKey;
  const send = encodeTsRequest({
    version: VERSION,
    negoToken,
    pubKeyAuth: ntlm.seal(proof),
    ...(isHashed ? { clientNonce: nonce } : {}),
  });
  return { next: { at: "proof", version }, send };
}

function checkProof(request: TsRequest, version: number, parts: Parts): Step {
  const { ntlm, publicKey, nonce, who } = parts;
  const echo = request.pubKeyAuth && ntlm.open(request.pubKeyAuth);
  const expected =
    HASHED_SINCE <= version ? keyHash("Server-To-Client", nonce, publicKey) : keyPlusOne(publicKey);
  const isProven = echo?.length === expected.length && timingSafeEqual(echo, expected);
  if (!isProven) return failed("protocol", "machine did not prove that it holds its certificate's key");
  const send = encodeTsRequest({ version: VERSION, authInfo: ntlm.seal(encodePasswordCredentials(who)) });
  return { next: { at: "done" }, send };
}

function failed(because: "protocol" | SignInRefusal, detail: string): Step {
  return { next: { at: "failed", because, detail } };
}

function keyHash(direction: string, nonce: Uint8Array, publicKey: Uint8Array): Buffer {
  const magic = `CredSSP ${direction} Binding Hash\0`;
  return createHash("sha256").update(magic).update(nonce).update(publicKey).digest();
}

/** Before version 5 the machine sends the key back with one added to its first byte. */
function keyPlusOne(publicKey: Uint8Array): Uint8Array {
  const copy = publicKey.slice();
  copy[0] = ((copy[0] ?? 0) + 1) & 255;
  return copy;
}
