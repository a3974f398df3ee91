/**
 * The server's side of the RFB handshake (RFC 6143 §7.1 and §7.3.1), up to and including ClientInit, as a table of states.
 *
 * Pure: bytes in, next state and bytes out. The gateway speaks it to viewers whose machine it has already signed in to
 * (security None), the demo desktop to the gateway (VncAuth). INVARIANT: once `failed` or `agreed`, always so.
 */
import { readU8, writeU32 } from "../bytes/big-endian.ts";
import { reasonMessage } from "./client-handshake.ts";
import {
  CHALLENGE_BYTES,
  parseVersion,
  type RfbVersion,
  SECURITY,
  SECURITY_RESULT,
  type Step,
  VERSION_BYTES,
  versionMessage,
} from "./handshake-step.ts";

export type ServerSecurity =
  | { readonly type: "none" }
  | {
      readonly type: "vnc-auth";
      /** {@link CHALLENGE_BYTES} fresh random bytes. */
      readonly challenge: Uint8Array;
      readonly isRightResponse: (response: Uint8Array) => boolean;
    };

export type ServerState =
  | { readonly at: "awaiting-version" }
  | { readonly at: "awaiting-security-choice"; readonly version: "3.7" | "3.8" }
  | { readonly at: "awaiting-response"; readonly version: RfbVersion }
  | { readonly at: "awaiting-client-init"; readonly version: RfbVersion }
  | { readonly at: "agreed"; readonly version: RfbVersion; readonly isShared: boolean }
  | { readonly at: "failed"; readonly failure: "not-rfb" | "security-not-offered" | "authentication-failed" };

export const SERVER_BEGIN: ServerState = { at: "awaiting-version" };
/** What a server says first. */
export const SERVER_GREETING = versionMessage("3.8");

type ServerStep = Step<ServerState>;

/** One step with the bytes at hand; `consumed` 0 with an unchanged state means that more bytes are needed. */
export function advanceServer(state: ServerState, bytes: Uint8Array, security: ServerSecurity): ServerStep {
  switch (state.at) {
    case "awaiting-version":
      return onVersion(state, bytes, security);
    case "awaiting-security-choice":
      return onSecurityChoice(state, bytes, security);
    case "awaiting-response":
      return onResponse(state, bytes, security);
    case "awaiting-client-init":
      return onClientInit(state, bytes);
    case "agreed":
    case "failed":
      return { next: state, consumed: 0 };
  }
}

function onVersion(state: ServerState, bytes: Uint8Array, security: ServerSecurity): ServerStep {
  if (bytes.length < VERSION_BYTES) return { next: state, consumed: 0 };
  const version = parseVersion(bytes);
  if (!version) return { next: { at: "failed", failure: "not-rfb" }, consumed: VERSION_BYTES };
  const type = securityType(security);
  if (version !== "3.3") {
    return {
      next: { at: "awaiting-security-choice", version },
      consumed: VERSION_BYTES,
      send: Uint8Array.of(1 /* count */, type),
    };
  }
  const decided = new Uint8Array(4);
  writeU32(decided, 0, type);
  if (security.type === "none")
    return { next: { at: "awaiting-client-init", version }, consumed: VERSION_BYTES, send: decided };
  return {
    next: { at: "awaiting-response", version },
    consumed: VERSION_BYTES,
    send: joined(decided, security.challenge),
  };
}

function onSecurityChoice(
  state: { readonly version: "3.7" | "3.8" } & ServerState,
  bytes: Uint8Array,
  security: ServerSecurity,
): ServerStep {
  if (bytes.length === 0) return { next: state, consumed: 0 };
  const { version } = state;
  if (readU8(bytes, 0) !== securityType(security)) return refuse(version, "security-not-offered", 1);
  if (security.type === "vnc-auth") {
    return {
      next: { at: "awaiting-response", version },
      consumed: 1,
      send: security.challenge.slice(0, CHALLENGE_BYTES),
    };
  }
  const next: ServerState = { at: "awaiting-client-init", version };
  // 3.7 sends no result for None (RFC 6143 appendix A.2).
  return version === "3.7" ? { next, consumed: 1 } : { next, consumed: 1, send: result(SECURITY_RESULT.ok) };
}

function onResponse(
  state: { readonly version: RfbVersion } & ServerState,
  bytes: Uint8Array,
  security: ServerSecurity,
): ServerStep {
  if (bytes.length < CHALLENGE_BYTES) return { next: state, consumed: 0 };
  const isRight =
    security.type === "vnc-auth" && security.isRightResponse(bytes.subarray(0, CHALLENGE_BYTES));
  if (!isRight) return refuse(state.version, "authentication-failed", CHALLENGE_BYTES);
  return {
    next: { at: "awaiting-client-init", version: state.version },
    consumed: CHALLENGE_BYTES,
    send: result(SECURITY_RESULT.ok),
  };
}

function onClientInit(state: { readonly version: RfbVersion } & ServerState, bytes: Uint8Array): ServerStep {
  if (bytes.length === 0) return { next: state, consumed: 0 };
  return { next: { at: "agreed", version: state.version, isShared: readU8(bytes, 0) !== 0 }, consumed: 1 };
}

function refuse(
  version: RfbVersion,
  failure: "security-not-offered" | "authentication-failed",
  consumed: number,
): ServerStep {
  const why =
    version === "3.8"
      ? reasonMessage(
          failure === "authentication-failed" ? "Authentication failed" : "Security type not offered",
        )
      : new Uint8Array(0);
  return { next: { at: "failed", failure }, consumed, send: joined(result(SECURITY_RESULT.failed), why) };
}

function securityType(security: ServerSecurity): number {
  return security.type === "none" ? SECURITY.none : SECURITY.vncAuth;
}

function result(code: number): Uint8Array {
  const message = new Uint8Array(4);
  writeU32(message, 0, code);
  return message;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
