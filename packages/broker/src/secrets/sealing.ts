/**
 * Sealing of secrets at rest: AES-256-GCM with the key that the program was given.
 *
 * Text format `dg1.<nonce>.<ciphertext and tag>`, base64url; the version in front lets another format follow.
 * INVARIANT: the associated data names table, column and row, so a sealed value cannot be moved to another row.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Secret } from "@deskgate/contract";
import type { Random } from "../domain/clock.ts";
import type { SealedPlace, Sealing } from "../domain/sealing.ts";

const VERSION = "dg1";
const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

class SealError extends Error {
  override readonly name = "SealError";
  readonly code: "seal_key_invalid" | "seal_broken";

  constructor(code: SealError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function createSealing(key: Uint8Array, random: Random): Sealing {
  if (key.length !== KEY_BYTES)
    throw new SealError("seal_key_invalid", `the sealing key has ${key.length} bytes, expected ${KEY_BYTES}`);
  return {
    seal: (value, place) => seal({ key, nonce: random.bytes(NONCE_BYTES) }, value, place),
    open: (sealed, place) => open(key, sealed, place),
  };
}

function seal(
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
  value: Secret,
  place: SealedPlace,
): string {
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(place));
  const body = Buffer.concat([cipher.update(value.reveal(), "utf8"), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, Buffer.from(nonce).toString("base64url"), body.toString("base64url")].join(".");
}

function open(key: Uint8Array, sealed: string, place: SealedPlace): Secret {
  const [version, nonce = "", body = "", ...more] = sealed.split(".");
  if (version !== VERSION || more.length > 0)
    throw new SealError("seal_broken", `sealed value in ${nameOf(place)} has an unknown format`);
  const bytes = Buffer.from(body, "base64url");
  const nonceBytes = Buffer.from(nonce, "base64url");
  if (nonceBytes.length !== NONCE_BYTES || bytes.length < TAG_BYTES)
    throw new SealError("seal_broken", `sealed value in ${nameOf(place)} is cut short`);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonceBytes, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return new Secret(text.toString("utf8"));
  } catch (cause) {
    throw new SealError("seal_broken", `sealed value in ${nameOf(place)} does not open with this key`, {
      cause,
    });
  }
}

/** Lengths in front of the parts, so that two different places never give the same bytes. */
function associatedData({ table, column, row }: SealedPlace): Buffer {
  return Buffer.from([VERSION, table, column, row].map((part) => `${part.length}:${part}`).join(""), "utf8");
}

function nameOf({ table, column }: SealedPlace): string {
  return `${table}.${column}`;
}
