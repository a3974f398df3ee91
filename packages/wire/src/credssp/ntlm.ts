/** NTLM messages (MS-NLMP §2.2.1): their bytes, not their cryptography, which `gateway` computes. */
import { bytesOfLatin1, latin1 } from "../bytes/big-endian.ts";
import { concatBytes } from "../bytes/concat.ts";
import { readU16Le, readU32Le, u16Le, u32Le, utf16Le } from "../bytes/little-endian.ts";

const SIGNATURE = bytesOfLatin1("NTLMSSP\0");
const TYPE = { negotiate: 1, challenge: 2, authenticate: 3 } as const;
/** Windows 10, as clients of today say it (§2.2.2.10). */
const VERSION = Uint8Array.of(10, 0, 0x61, 0x4a, 0, 0, 0, 15);
const CHALLENGE_HEAD_BYTES = 48;

/** NegotiateFlags (§2.2.2.5): Unicode, sign, seal, NTLM, always sign, extended security, target info, version, 128, key exchange, 56. */
export const NTLM_FLAGS = 0xe2088235;

/** AV_PAIR ids (§2.2.2.1). */
const AV = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;
const AV_FLAG_HAS_MIC = 2;

export function encodeNtlmNegotiate(): Uint8Array {
  const noField = u16Le(0, 0);
  const empty = concatBytes([noField, u32Le(40)]);
  return concatBytes([SIGNATURE, u32Le(TYPE.negotiate, NTLM_FLAGS), empty, empty, VERSION]);
}

export interface NtlmChallenge {
  readonly flags: number;
  readonly serverChallenge: Uint8Array;
  readonly pairs: readonly AvPair[];
  /** FILETIME of the machine's clock. */
  readonly timestamp: Uint8Array | undefined;
}

interface AvPair {
  readonly id: number;
  readonly value: Uint8Array;
}

export function parseNtlmChallenge(message: Uint8Array): NtlmChallenge | undefined {
  if (message.length < CHALLENGE_HEAD_BYTES || latin1(message.subarray(0, 8)) !== latin1(SIGNATURE))
    return undefined;
  if (readU32Le(message, 8) !== TYPE.challenge) return undefined;
  const size = readU16Le(message, 40);
  const at = readU32Le(message, 44);
  if (message.length < at + size) return undefined;
  const pairs = parsePairs(message.subarray(at, at + size));
  return (
    pairs && {
      flags: readU32Le(message, 20),
      serverChallenge: message.slice(24, 32),
      pairs,
      timestamp: pairs.find(({ id }) => id === AV.timestamp)?.value,
    }
  );
}

function parsePairs(bytes: Uint8Array): readonly AvPair[] | undefined {
  const pairs: AvPair[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length < at + 4) return undefined;
    const id = readU16Le(bytes, at);
    const end = at + 4 + readU16Le(bytes, at + 2);
    if (bytes.length < end) return undefined;
    if (id === AV.end) break;
    pairs.push({ id, value: bytes.slice(at + 4, end) });
    at = end;
  }
  return pairs;
}

/** The machine's target info as it goes back to it: with a MIC announced, the channel bound, and the service named (§3.1.5.1.2). */
export function answerTargetInfo(
  { pairs }: NtlmChallenge,
  { channelBindings, serviceName }: { readonly channelBindings: Uint8Array; readonly serviceName: string },
): Uint8Array {
  const ours: readonly number[] = [AV.flags, AV.targetName, AV.channelBindings];
  const all = [
    ...pairs.filter(({ id }) => !ours.includes(id)),
    { id: AV.flags, value: u32Le(AV_FLAG_HAS_MIC) },
    { id: AV.channelBindings, value: channelBindings },
    { id: AV.targetName, value: utf16Le(serviceName) },
    { id: AV.end, value: new Uint8Array(0) },
  ];
  return concatBytes(all.flatMap(({ id, value }) => [u16Le(id, value.length), value]));
}

/** NTLMv2_CLIENT_CHALLENGE (§2.2.2.7). */
export function encodeClientChallenge(parts: {
  readonly timestamp: Uint8Array;
  readonly clientChallenge: Uint8Array;
  readonly targetInfo: Uint8Array;
}): Uint8Array {
  const reserved = new Uint8Array(4);
  return concatBytes([
    ...[Uint8Array.of(1, 1), new Uint8Array(6), parts.timestamp, parts.clientChallenge, reserved],
    ...[parts.targetInfo, reserved],
  ]);
}

export interface NtlmAuthenticate {
  readonly flags: number;
  readonly domain: string;
  readonly username: string;
  readonly workstation: string;
  readonly ntResponse: Uint8Array;
  readonly encryptedSessionKey: Uint8Array;
}

/** Where the MIC stands, which is computed over the message with zeros in its place. */
export const NTLM_MIC = { at: 72, bytes: 16 } as const;
const PAYLOAD_AT = NTLM_MIC.at + NTLM_MIC.bytes;

export function encodeNtlmAuthenticate(message: NtlmAuthenticate): Uint8Array<ArrayBuffer> {
  // With a MIC the LM response is 24 zeros (§3.1.5.1.2).
  const payloads = [
    new Uint8Array(24),
    message.ntResponse,
    utf16Le(message.domain),
    utf16Le(message.username),
    utf16Le(message.workstation),
    message.encryptedSessionKey,
  ];
  let at: number = PAYLOAD_AT;
  const fields = payloads.map((payload) => {
    const field = concatBytes([u16Le(payload.length, payload.length), u32Le(at)]);
    at += payload.length;
    return field;
  });
  return concatBytes([
    ...[SIGNATURE, u32Le(TYPE.authenticate), ...fields, u32Le(message.flags), VERSION],
    ...[new Uint8Array(NTLM_MIC.bytes), ...payloads],
  ]);
}
