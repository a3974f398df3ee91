/** A gateway as the broker knows it, and the check of its proof. */
import { createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { MAX_CLOCK_SKEW_MS } from "@deskgate/contract";
import type { Clock } from "./clock.ts";

export interface Gateway {
  readonly id: string;
  readonly name: string;
  /** Empty for the gateway in the broker's own program. */
  readonly publicKey: string;
  /** Absent: it reaches machines of every zone. */
  readonly zone: { readonly id: string; readonly name: string } | undefined;
  readonly lastSeenAt: number | undefined;
  readonly version: string;
  readonly addedAt: number;
}

export function isBuiltIn({ publicKey }: Pick<Gateway, "publicKey">): boolean {
  return publicKey === "";
}

/** Whether `text` was signed with the Ed25519 key that belongs to `publicKey`. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url"));
  } catch {
    // Not every 32 bytes are a key.
    return false;
  }
}

export function isSameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Proofs that were shown, for as long as their timestamps would be accepted.
 *
 * Held in memory: after a restart the TLS connection that a proof names no longer exists, so it fits nowhere.
 */
export class SeenNonces {
  readonly #clock: Clock;
  readonly #forgetAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True the first time. */
  take(gatewayId: string, nonce: string): boolean {
    const now = this.#clock.now();
    const key = `${gatewayId} ${nonce}`;
    // In order of arrival, and all are kept for the same time.
    for (const [old, forgetAt] of this.#forgetAt) {
      if (now < forgetAt) break;
      this.#forgetAt.delete(old);
    }
    if (this.#forgetAt.has(key)) return false;
    this.#forgetAt.set(key, now + 2 * MAX_CLOCK_SKEW_MS);
    return true;
  }
}
