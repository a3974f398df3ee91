/** Secrets from a terminal, unseen, or from the first line of standard input. Never from the arguments. */
import process from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { UsageError } from "./usage-error.ts";

export async function askSecret(what: string): Promise<string> {
  const { stdin, stderr } = process;
  const isTerminal = stdin.isTTY === true;
  if (isTerminal) stderr.write(`${what}: `);
  // With a terminal the readline puts it into raw mode, and what it would echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: nowhere, terminal: isTerminal });
  try {
    return await new Promise<string>((done, fail) => {
      reader.once("line", (line) => done(line));
      reader.once("close", () => fail(new UsageError(`${what}: nothing was given`)));
    });
  } finally {
    reader.close();
    if (isTerminal) stderr.write("\n");
  }
}
