/**
 * The client's side of the RFB handshake (RFC 6143 §7.1 and §7.2), up to and including ClientInit, as a table of states.
 *
 * Pure: bytes in, next state and bytes out. The gateway speaks it to machines whose password it keeps. DES is injected,
 * because ciphers are the runtime's. INVARIANT: once `failed` or `agreed`, always so; bytes after it are not consumed.
 */
import { latin1, readU32, writeU32 } from "../bytes/big-endian.ts";
import {
  CHALLENGE_BYTES,
  MAX_REASON_BYTES,
  parseVersion,
  type RfbVersion,
  SECURITY,
  SECURITY_RESULT,
  type Step,
  VERSION_BYTES,
  versionMessage,
} from "./handshake-step.ts";

export interface ClientOptions {
  /** Encrypts the server's challenge with the password; absent where no password is known. */
  readonly answerChallenge?: (challenge: Uint8Array) => Uint8Array;
  /** Ask to share the desktop with other viewers (RFC 6143 §7.3.1). */
  readonly isShared: boolean;
}

export type ClientFailure = "not-rfb" | "no-common-security" | "authentication-failed" | "refused";

export type ClientState =
  | { readonly at: "awaiting-version" }
  | { readonly at: "awaiting-security-type"; readonly version: "3.3" }
  | { readonly at: "awaiting-security-types"; readonly version: "3.7" | "3.8" }
  | { readonly at: "awaiting-challenge"; readonly version: RfbVersion }
  | { readonly at: "awaiting-result"; readonly version: RfbVersion }
  | { readonly at: "awaiting-reason"; readonly failure: ClientFailure }
  | { readonly at: "agreed"; readonly version: RfbVersion }
  | { readonly at: "failed"; readonly failure: ClientFailure; readonly reason: string };

export const CLIENT_BEGIN: ClientState = { at: "awaiting-version" };

type ClientStep = Step<ClientState>;

/** One step with the bytes at hand; `consumed` 0 with an unchanged state means that more bytes are needed. */
export function advanceClient(state: ClientState, bytes: Uint8Array, options: ClientOptions): ClientStep {
  switch (state.at) {
    case "awaiting-version":
      return onVersion(state, bytes);
    case "awaiting-security-type":
      return onSecurityType(state, bytes, options);
    case "awaiting-security-types":
      return onSecurityTypes(state, bytes, options);
    case "awaiting-challenge":
      return onChallenge(state, bytes, options);
    case "awaiting-result":
      return onResult(state, bytes, options);
    case "awaiting-reason":
      return onReason(state, bytes);
    case "agreed":
    case "failed":
      return wait(state);
  }
}

function wait(state: ClientState): ClientStep {
  return { next: state, consumed: 0 };
}

function fail(failure: ClientFailure, reason: string, consumed: number): ClientStep {
  return { next: { at: "failed", failure, reason }, consumed };
}

function onVersion(state: ClientState, bytes: Uint8Array): ClientStep {
  if (bytes.length < VERSION_BYTES)
    return couldBeRfb(bytes) ? wait(state) : fail("not-rfb", "machine does not speak rfb", 0);
  const version = parseVersion(bytes);
  if (!version) return fail("not-rfb", "machine does not speak rfb", VERSION_BYTES);
  const next: ClientState =
    version === "3.3"
      ? { at: "awaiting-security-type", version }
      : { at: "awaiting-security-types", version };
  return { next, consumed: VERSION_BYTES, send: versionMessage(version) };
}

function couldBeRfb(bytes: Uint8Array): boolean {
  return "RFB ".startsWith(latin1(bytes.subarray(0, 4)));
}

/** 3.3: the server decides (RFC 6143 appendix A.1). */
function onSecurityType(
  state: { readonly version: "3.3" } & ClientState,
  bytes: Uint8Array,
  options: ClientOptions,
): ClientStep {
  if (bytes.length < 4) return wait(state);
  const type = readU32(bytes, 0);
  if (type === SECURITY.invalid) return { next: { at: "awaiting-reason", failure: "refused" }, consumed: 4 };
  if (type === SECURITY.none)
    return { next: { at: "agreed", version: "3.3" }, consumed: 4, send: clientInit(options) };
  if (type === SECURITY.vncAuth && options.answerChallenge)
    return { next: { at: "awaiting-challenge", version: "3.3" }, consumed: 4 };
  return fail("no-common-security", `machine asks for security type ${type}`, 4);
}

/** 3.7 and 3.8: the server lists, we choose; the stored password is preferred, since None may be offered to locals only. */
function onSecurityTypes(
  state: { readonly version: "3.7" | "3.8" } & ClientState,
  bytes: Uint8Array,
  options: ClientOptions,
): ClientStep {
  const count = bytes[0];
  if (count === undefined || bytes.length < 1 + count) return wait(state);
  const consumed = 1 + count;
  if (count === 0) return { next: { at: "awaiting-reason", failure: "refused" }, consumed };
  const offered = bytes.subarray(1, consumed);
  const { version } = state;
  if (options.answerChallenge && offered.includes(SECURITY.vncAuth)) {
    return { next: { at: "awaiting-challenge", version }, consumed, send: Uint8Array.of(SECURITY.vncAuth) };
  }
  if (!offered.includes(SECURITY.none))
    return fail("no-common-security", `machine offers security types ${offered.join(", ")}`, consumed);
  const choice = Uint8Array.of(SECURITY.none);
  // 3.7 sends no result for None (RFC 6143 appendix A.2).
  if (version === "3.7")
    return {
      next: { at: "agreed", version },
      consumed,
      send: Uint8Array.of(SECURITY.none, ...clientInit(options)),
    };
  return { next: { at: "awaiting-result", version }, consumed, send: choice };
}

function onChallenge(
  state: { readonly version: RfbVersion } & ClientState,
  bytes: Uint8Array,
  options: ClientOptions,
): ClientStep {
  if (bytes.length < CHALLENGE_BYTES) return wait(state);
  if (!options.answerChallenge) return fail("no-common-security", "no password is stored", 0);
  const send = options.answerChallenge(bytes.subarray(0, CHALLENGE_BYTES));
  return { next: { at: "awaiting-result", version: state.version }, consumed: CHALLENGE_BYTES, send };
}

function onResult(
  state: { readonly version: RfbVersion } & ClientState,
  bytes: Uint8Array,
  options: ClientOptions,
): ClientStep {
  if (bytes.length < 4) return wait(state);
  const result = readU32(bytes, 0);
  if (result === SECURITY_RESULT.ok)
    return { next: { at: "agreed", version: state.version }, consumed: 4, send: clientInit(options) };
  // Only 3.8 says why (RFC 6143 §7.1.3); result 2 is an old "too many attempts".
  if (state.version === "3.8")
    return { next: { at: "awaiting-reason", failure: "authentication-failed" }, consumed: 4 };
  return fail("authentication-failed", "machine refused the password", 4);
}

function onReason(state: { readonly failure: ClientFailure } & ClientState, bytes: Uint8Array): ClientStep {
  if (bytes.length < 4) return wait(state);
  const announced = readU32(bytes, 0);
  const kept = Math.min(announced, MAX_REASON_BYTES);
  if (bytes.length < 4 + kept) return wait(state);
  return fail(state.failure, latin1(bytes.subarray(4, 4 + kept)), 4 + kept);
}

function clientInit(options: ClientOptions): Uint8Array {
  return Uint8Array.of(options.isShared ? 1 : 0);
}

/** The reason text of a refusal, as a server of 3.8 sends it: 32-bit length and the text. */
export function reasonMessage(text: string): Uint8Array {
  const message = new Uint8Array(4 + text.length);
  writeU32(message, 0, text.length);
  for (let i = 0; i < text.length; i++) message[4 + i] = text.charCodeAt(i) & 127;
  return message;
}
