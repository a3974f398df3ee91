/**
 * Password hashing with argon2id (RFC 9106) in Node's thread pool.
 *
 * Few run at once, the rest waits in a short queue: a storm of sign-ins must not take the pool's threads from file
 * reads and name lookups, nor memory without end.
 */
import { argon2, timingSafeEqual } from "node:crypto";
import { DeskgateError, type Secret } from "@deskgate/contract";
import type { Random } from "../../../domain/clock.ts";
import type { PasswordHasher } from "../../../features/sign-in/ports.ts";
import { type Argon2Parameters, decodePhc, encodePhc } from "./phc-string.ts";

/** OWASP Password Storage Cheat Sheet, "Argon2id": 19 MiB, 2 passes, 1 lane. */
export const ARGON2_PARAMETERS: Argon2Parameters = { memoryKib: 19_456, passes: 2, parallelism: 1 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Half of libuv's default pool. */
const MAX_RUNNING = 2;
// LIMIT: what waits longer than about two seconds is turned away at once instead.
const MAX_WAITING = 100;
const RETRY_AFTER_SECONDS = 3;

interface Argon2HasherDeps {
  readonly random: Random;
  readonly parameters: Argon2Parameters;
}

export class Argon2Hasher implements PasswordHasher {
  readonly #deps: Argon2HasherDeps;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(deps: Argon2HasherDeps) {
    this.#deps = deps;
  }

  async hash(password: Secret): Promise<string> {
    const { random, parameters } = this.#deps;
    const salt = random.bytes(SALT_BYTES);
    const hash = await this.#derive(password, parameters, salt);
    return encodePhc({ parameters, salt, hash });
  }

  async verify(password: Secret, stored: string | undefined): Promise<boolean> {
    const known = stored === undefined ? undefined : decodePhc(stored);
    // The same work for nobody as for somebody, so that time does not tell which names exist.
    const { parameters, salt } = known ?? {
      parameters: this.#deps.parameters,
      salt: new Uint8Array(SALT_BYTES),
    };
    const derived = await this.#derive(password, parameters, salt);
    const expected = known?.hash ?? new Uint8Array(HASH_BYTES);
    const isEqual = derived.length === expected.length && timingSafeEqual(derived, expected);
    return isEqual && known !== undefined;
  }

  isOutdated(stored: string): boolean {
    const known = decodePhc(stored)?.parameters;
    const { memoryKib, passes, parallelism } = this.#deps.parameters;
    return known?.memoryKib !== memoryKib || known.passes !== passes || known.parallelism !== parallelism;
  }

  async #derive(password: Secret, parameters: Argon2Parameters, salt: Uint8Array): Promise<Uint8Array> {
    await this.#enter();
    try {
      return await derive(password, parameters, salt);
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < MAX_RUNNING) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= MAX_WAITING)
      throw new DeskgateError("too_many_attempts", { retryAfterSeconds: RETRY_AFTER_SECONDS });
    // Who leaves hands the place on, so `#running` stays as it is.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

/** Passwords are compared in Unicode's NFKC (RFC 8265 §4.2.2): keyboards differ in how they spell an é. */
function derive(
  password: Secret,
  { memoryKib, passes, parallelism }: Argon2Parameters,
  salt: Uint8Array,
): Promise<Uint8Array> {
  const message = Buffer.from(password.reveal().normalize("NFKC"), "utf8");
  const parameters = { message, nonce: salt, parallelism, memory: memoryKib, passes, tagLength: HASH_BYTES };
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (cause, key) => (cause ? reject(cause) : resolve(key)));
  });
}
