/** The tickets of both links: RSA of 1024 bits with OAEP and SHA-1, as the protocol has it; a password and a final zero. */
import {
  constants,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { promisify } from "node:util";

const KEY_BITS = 1_024;
/** LIMIT: of the protocol (SPICE_MAX_PASSWORD_LENGTH). */
export const MAX_PASSWORD_BYTES = 60;

export interface TicketKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo: exactly as long as a link reply has room for. */
  readonly publicKey: Uint8Array;
}

/** The key that viewers encrypt what was typed with, inside the tunnel's TLS. */
export async function makeTicketKey(): Promise<TicketKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: KEY_BITS });
  return { privateKey, publicKey: publicKey.export({ type: "spki", format: "der" }) };
}

/** What the viewer's ticket holds; `undefined` where it was not made with our key. */
export function openTicket(ticket: Uint8Array, { privateKey }: TicketKey): string | undefined {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const opened = privateDecrypt({ key: privateKey, padding, oaepHash: "sha1" }, ticket).toString("utf8");
    return opened.split("\0", 1)[0] ?? "";
  } catch {
    return undefined;
  }
}

/** A ticket for the machine; `undefined` where its key is none. */
export function sealTicket(password: string, machineKey: Uint8Array): Buffer | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(machineKey), format: "der", type: "spki" });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return publicEncrypt({ key, padding, oaepHash: "sha1" }, Buffer.from(`${password}\0`));
  } catch {
    return undefined;
  }
}
