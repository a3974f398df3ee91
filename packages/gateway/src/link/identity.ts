/** Who this gateway is: its key pair and what it knows of its broker, in the data folder, readable by nobody else. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export interface GatewayIdentity {
  readonly gatewayId: string;
  readonly name: string;
  readonly privateKey: KeyObject;
  /** SHA-256 of the broker's certificate as it was at the registration. */
  readonly brokerFingerprint: string;
  /** SHA-256 of the code that was used, so that the same code given again changes nothing. */
  readonly codeHash: string;
}

const FILE = "gateway.json";
const fileSchema = z.object({
  gatewayId: z.string().min(1).max(100),
  name: z.string(),
  privateKey: z.string(),
  brokerFingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  codeHash: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `undefined` where there is none yet. Rejects where the file is damaged. */
export async function readIdentity(directory: string): Promise<GatewayIdentity | undefined> {
  const file = join(directory, FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
  try {
    const { privateKey, ...rest } = fileSchema.parse(JSON.parse(text));
    return { ...rest, privateKey: createPrivateKey(privateKey) };
  } catch (cause) {
    throw new Error(`${file} is damaged; restore it from a backup, or delete it and register again`, {
      cause,
    });
  }
}

/** Whole or not at all, and on the disk before this returns: the code that it was had for is used up. */
export async function writeIdentity(directory: string, identity: GatewayIdentity): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, FILE);
  const privateKey = identity.privateKey.export({ format: "pem", type: "pkcs8" });
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${JSON.stringify({ ...identity, privateKey }, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}

export function makeKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

/** The 32 bytes of the public key, in base64url. */
export function publicKeyOf(privateKey: KeyObject): string {
  return z.string().parse(createPublicKey(privateKey).export({ format: "jwk" }).x);
}

export function signText(privateKey: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), privateKey).toString("base64url");
}
