/** NTLMv2 with MIC, channel binding and sealing (MS-NLMP §3.1.5.1, §3.3.2, §3.4): the client's side, one per sign-in. */
import { createHash, createHmac } from "node:crypto";
import {
  answerTargetInfo,
  encodeClientChallenge,
  encodeNtlmAuthenticate,
  encodeNtlmNegotiate,
  NTLM_MIC,
  parseNtlmChallenge,
  u32Le,
  utf16Le,
} from "@deskgate/wire";
import { md4, Rc4 } from "./md4-rc4.ts";

export interface NtlmOptions {
  readonly username: string;
  readonly domain: string;
  readonly password: string;
  readonly serviceName: string;
  /** DER of the certificate that the machine showed; the sign-in is worth nothing through another. */
  readonly certificate: Uint8Array;
  readonly random: (bytes: number) => Buffer;
  readonly nowMs: () => number;
}

const WORKSTATION = "DESKGATE";
/** Milliseconds between 1601, where FILETIME begins, and 1970. */
const FILETIME_OFFSET_MS = 11_644_473_600_000n;
const SEAL_BYTES = 16;

export class NtlmClient {
  readonly #options: NtlmOptions;
  readonly first: Uint8Array = encodeNtlmNegotiate();
  #seals: Seals | undefined;

  constructor(options: NtlmOptions) {
    this.#options = options;
  }

  /** The answer to the machine's challenge, or `undefined` where it is none. */
  answer(challengeMessage: Uint8Array): Uint8Array | undefined {
    const challenge = parseNtlmChallenge(challengeMessage);
    if (!challenge) return undefined;
    const { username, domain, password, serviceName, random } = this.#options;
    const owner = utf16Le(username.toUpperCase() + domain);
    const ownerKey = hmacMd5(md4(utf16Le(password)), owner);
    const channelBindings = channelBindingsOf(this.#options.certificate);
    const clientChallenge = encodeClientChallenge({
      timestamp: challenge.timestamp ?? this.#fileTime(),
      clientChallenge: random(8),
      targetInfo: answerTargetInfo(challenge, { channelBindings, serviceName }),
    });
    const proof = hmacMd5(ownerKey, challenge.serverChallenge, clientChallenge);
    const sessionKey = random(16);
    const message = encodeNtlmAuthenticate({
      flags: challenge.flags,
      ...{ domain, username, workstation: WORKSTATION },
      ntResponse: Buffer.concat([proof, clientChallenge]),
      encryptedSessionKey: new Rc4(hmacMd5(ownerKey, proof)).apply(sessionKey),
    });
    message.set(hmacMd5(sessionKey, this.first, challengeMessage, message), NTLM_MIC.at);
    this.#seals = makeSeals(sessionKey);
    return message;
  }

  /** Encrypts and signs. Throws before {@link answer}. */
  seal(message: Uint8Array): Uint8Array {
    return this.#made().toMachine.seal(message);
  }

  /** A signature alone, as SPNEGO's mechListMIC. */
  sign(message: Uint8Array): Uint8Array {
    return this.#made().toMachine.sign(message);
  }

  /** `undefined` where the machine's signature is wrong. */
  open(sealed: Uint8Array): Uint8Array | undefined {
    return this.#made().fromMachine.open(sealed);
  }

  #made(): Seals {
    if (!this.#seals) throw new Error("no session key before the challenge is answered");
    return this.#seals;
  }

  #fileTime(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE((BigInt(Math.round(this.#options.nowMs())) + FILETIME_OFFSET_MS) * 10_000n);
    return bytes;
  }
}

interface Seals {
  readonly toMachine: Seal;
  readonly fromMachine: Seal;
}

function makeSeals(sessionKey: Uint8Array): Seals {
  const key = (purpose: string) =>
    md5(sessionKey, Buffer.from(`session key to ${purpose} key magic constant\0`));
  return {
    toMachine: new Seal(key("client-to-server signing"), key("client-to-server sealing")),
    fromMachine: new Seal(key("server-to-client signing"), key("server-to-client sealing")),
  };
}

/** One direction's keys and count (§3.4.3, §3.4.4.2). */
class Seal {
  readonly #signingKey: Buffer;
  readonly #cipher: Rc4;
  #count = 0;

  constructor(signingKey: Buffer, sealingKey: Buffer) {
    this.#signingKey = signingKey;
    this.#cipher = new Rc4(sealingKey);
  }

  seal(message: Uint8Array): Buffer {
    const sealed = this.#cipher.apply(message);
    return Buffer.concat([this.sign(message), sealed]);
  }

  sign(message: Uint8Array): Buffer {
    const count = u32Le(this.#count);
    this.#count += 1;
    const checksum = this.#cipher.apply(hmacMd5(this.#signingKey, count, message).subarray(0, 8));
    return Buffer.concat([u32Le(1), checksum, count]);
  }

  open(sealed: Uint8Array): Buffer | undefined {
    if (sealed.length < SEAL_BYTES) return undefined;
    const message = this.#cipher.apply(sealed.subarray(SEAL_BYTES));
    return this.sign(message).equals(sealed.subarray(0, SEAL_BYTES)) ? message : undefined;
  }
}

/** `tls-server-end-point` (RFC 5929 §4.1) in a gss_channel_bindings_struct, hashed (MS-NLMP §3.1.5.1.2). */
function channelBindingsOf(certificate: Uint8Array): Buffer {
  const digest = createHash("sha256").update(certificate).digest();
  const data = Buffer.concat([Buffer.from("tls-server-end-point:"), digest]);
  return md5(Buffer.alloc(16), u32Le(data.length), data);
}

function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac("md5", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

function md5(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("md5");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
