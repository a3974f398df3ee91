/** The program's command line beside a server that a test talks to meanwhile: nothing here blocks. */
import { spawn } from "node:child_process";
import process from "node:process";
import { MAIN } from "./deskgate.ts";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export function runDeskgate(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Ran> {
  const began = performance.now();
  const env = { ...process.env, ...options.env };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: options.cwd, env });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (piece: string) => {
      said[name] += piece;
    });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (status) => done({ status, ...said, tookMs: performance.now() - began }));
  });
}
