/** The data folder: where everything the program keeps lies, readable by nobody else. */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface DataFiles {
  readonly databaseFile: string;
  /** 32 bytes that seal secrets in the database; kept outside it. */
  readonly sealingKey: Uint8Array;
  /** Where that key lies. */
  readonly keyFile: string;
}

const KEY_BYTES = 32;

/** Makes what is missing. Rejects where the folder cannot be used or the key file is damaged. */
export async function openDataDirectory(directory: string): Promise<DataFiles> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const keyFile = join(directory, "sealing.key");
  return {
    keyFile,
    databaseFile: join(directory, "deskgate.sqlite"),
    sealingKey: await readOrMakeKey(keyFile),
  };
}

async function readOrMakeKey(file: string): Promise<Uint8Array> {
  const made = randomBytes(KEY_BYTES);
  try {
    // Exclusive: a key that is there is never overwritten, or every secret sealed with it would be lost.
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(`${made.toString("hex")}\n`);
    await handle.sync();
    await handle.close();
    return made;
  } catch (cause) {
    if (!isAlreadyThere(cause)) throw cause;
  }
  const text = (await readFile(file, "utf8")).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new Error(`${file} is damaged; restore it from a backup`);
  return Buffer.from(text, "hex");
}

function isAlreadyThere(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "EEXIST";
}
