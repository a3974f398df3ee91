/** What both sides of the RFB handshake share (RFC 6143 §7.1): versions, security types, and the shape of a step. */
import { latin1 } from "../bytes/big-endian.ts";

export const SECURITY = { invalid: 0, none: 1, vncAuth: 2 } as const;
export const SECURITY_RESULT = { ok: 0, failed: 1 } as const;
export const VERSION_BYTES = 12; /* "RFB xxx.yyy\n" */
export const CHALLENGE_BYTES = 16;
/** LIMIT: a reason for a refusal is cut here; a hostile peer may announce gigabytes. */
export const MAX_REASON_BYTES = 4096;

/** Protocol versions of RFC 6143 §7.1.1. */
export type RfbVersion = "3.3" | "3.7" | "3.8";

/** `consumed` bytes were understood, `send` goes to the peer, and `next` is the state from now on. */
export interface Step<State> {
  readonly next: State;
  readonly consumed: number;
  readonly send?: Uint8Array;
}

/**
 * The version to speak with a peer that announced `message`, or `undefined` where it is no RFB.
 *
 * Higher ones speak 3.8 (macOS says 3.889, RealVNC 4.1 and 5.0), unknown ones between 3.3 (RFC 6143 §7.1.1 and appendix A).
 */
export function parseVersion(message: Uint8Array): RfbVersion | undefined {
  const match = /^RFB (\d{3})\.(\d{3})\n$/.exec(latin1(message.subarray(0, VERSION_BYTES)));
  if (!match) return undefined;
  const major = Number(match[1]);
  const minor = Number(match[2]);
  if (3 < major) return "3.8";
  if (major < 3) return undefined;
  if (8 <= minor) return "3.8";
  return minor === 7 ? "3.7" : "3.3";
}

/** The twelve bytes that announce a version. */
export function versionMessage(version: RfbVersion): Uint8Array {
  const text = `RFB 003.00${version.slice(2)}\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
