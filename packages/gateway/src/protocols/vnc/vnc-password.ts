/** Answers a machine's VncAuth challenge (RFC 6143 §7.2.2) with the stored password. */
import { createCipheriv } from "node:crypto";
import { vncAuthKey } from "@deskgate/wire";

/** 16 bytes of challenge encrypted by DES in ECB mode. */
export function answerChallenge(challenge: Uint8Array, password: string): Buffer {
  const key = vncAuthKey(Buffer.from(password, "latin1"));
  // OpenSSL 3 keeps single DES in a provider that is not loaded; triple DES with three equal keys is the same function.
  const cipher = createCipheriv("des-ede3-ecb", Buffer.concat([key, key, key]), null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(challenge), cipher.final()]);
}
