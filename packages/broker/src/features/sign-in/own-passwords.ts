/**
 * The passwords with which people signed in, for machines that are entered with the person's own.
 *
 * INVARIANT: held in memory alone, encrypted with a key that this process made and never shows, and dropped with the
 * sign-in. After a restart there is none, and the viewer asks.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Secret } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import { SIGN_IN_ABSOLUTE_MS, SIGN_IN_IDLE_MS } from "../../domain/sign-in.ts";

interface OwnPasswordsDeps {
  readonly clock: Clock;
  readonly random: Random;
}

interface Holder {
  readonly userId: string;
  readonly signInId: string;
}

interface Kept extends Holder {
  readonly nonce: Uint8Array;
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
  readonly expiresAt: number;
  lastSeenAt: number;
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

export class OwnPasswords {
  readonly #deps: OwnPasswordsDeps;
  readonly #key: Uint8Array;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: OwnPasswordsDeps) {
    this.#deps = deps;
    this.#key = deps.random.bytes(KEY_BYTES);
  }

  /** How many are held. */
  get size(): number {
    return this.#kept.size;
  }

  keep({ userId, signInId }: Holder, password: Secret): void {
    const now = this.#deps.clock.now();
    const nonce = this.#deps.random.bytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(signInId));
    const sealed = Buffer.concat([cipher.update(password.reveal(), "utf8"), cipher.final()]);
    const times = { expiresAt: now + SIGN_IN_ABSOLUTE_MS, lastSeenAt: now };
    this.#kept.set(signInId, { userId, signInId, nonce, sealed, tag: cipher.getAuthTag(), ...times });
  }

  /** The password of this sign-in, where it is held. */
  find(signInId: string): Secret | undefined {
    const kept = this.#kept.get(signInId);
    if (!kept || isOver(kept, this.#deps.clock.now())) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, kept.nonce)
      .setAAD(Buffer.from(signInId))
      .setAuthTag(kept.tag);
    return new Secret(Buffer.concat([decipher.update(kept.sealed), decipher.final()]).toString("utf8"));
  }

  /** The sign-in was used, and lives on. */
  markSeen(signInId: string): void {
    const kept = this.#kept.get(signInId);
    if (kept) kept.lastSeenAt = this.#deps.clock.now();
  }

  drop(signInId: string): void {
    this.#kept.delete(signInId);
  }

  /** Of all sign-ins of a person but one. */
  dropOf(userId: string, except?: string): void {
    for (const kept of this.#kept.values())
      if (kept.userId === userId && kept.signInId !== except) this.#kept.delete(kept.signInId);
  }

  /** Of sign-ins that ended by themselves. */
  dropExpired(): void {
    const now = this.#deps.clock.now();
    for (const kept of this.#kept.values()) if (isOver(kept, now)) this.#kept.delete(kept.signInId);
  }
}

function isOver({ expiresAt, lastSeenAt }: Kept, now: number): boolean {
  return expiresAt <= now || lastSeenAt + SIGN_IN_IDLE_MS <= now;
}
