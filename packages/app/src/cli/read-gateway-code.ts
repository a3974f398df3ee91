/** The one-time code of a gateway, from wherever it was put: best from a file or standard input, since others see command lines. */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { Secret } from "@deskgate/contract";
import { readIdentity } from "@deskgate/gateway";
import type { Config } from "../config/resolve.ts";

/** `undefined` where none was given and nobody can be asked. */
export async function readGatewayCode({ gateway, dataDirectory }: Config): Promise<Secret | undefined> {
  if (gateway.code) return gateway.code;
  if (gateway.codeFile === "-") return new Secret(await text(process.stdin));
  if (gateway.codeFile !== undefined) return readCodeFile(gateway.codeFile);
  const isRegistered = (await readIdentity(dataDirectory)) !== undefined;
  return isRegistered || !process.stdin.isTTY ? undefined : askForCode();
}

/** A file that was deleted after its code was used is no mistake. */
async function readCodeFile(file: string): Promise<Secret | undefined> {
  try {
    return new Secret(await readFile(file, "utf8"));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
}

async function askForCode(): Promise<Secret> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return new Secret(await terminal.question("Registration code (deskgate gateway-code create): "));
  } finally {
    terminal.close();
  }
}
