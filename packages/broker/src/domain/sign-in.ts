/** How long a sign-in and a sign-in link last, and how their secrets are spelled and stored. */
import { createHash } from "node:crypto";
import type { Random } from "./clock.ts";

export const SIGN_IN_IDLE_MS = 12 * 60 * 60 * 1000;
export const SIGN_IN_ABSOLUTE_MS = 7 * 24 * 60 * 60 * 1000;
/** Being seen is written down at most this often, so that reading pages does not write to the disk. */
export const SEEN_GRANULARITY_MS = 60_000;

export const LINK_LIFETIME_MS = 24 * 60 * 60 * 1000;

const SECRET_BYTES = 32;

/** A fresh 256-bit secret: a sign-in's token or the secret of a link. */
export function newSecret(random: Random): string {
  return Buffer.from(random.bytes(SECRET_BYTES)).toString("base64url");
}

/** What is stored in place of a secret. A secret has 256 random bits, so a plain hash cannot be guessed back. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

export interface SignInTimes {
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

export function isLive(signIn: SignInTimes, now: number): boolean {
  return now < signIn.expiresAt && now < signIn.lastSeenAt + SIGN_IN_IDLE_MS;
}
