/** `deskgate serve`: both planes in one program, until a signal ends it. */
import process from "node:process";
import { openDeskgate } from "../compose.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";
import { printWelcome } from "./welcome.ts";

/** LIMIT: a stop that takes longer is no stop. */
const STOP_DEADLINE_MS = 10_000;

export async function serve(commandLine: CommandLine): Promise<void> {
  const config = resolveConfig(commandLine);
  const log = createLog(config.log, { isTerminal: process.stdout.isTTY });
  const began = performance.now();
  const deskgate = await openDeskgate(config, log);
  const tookMs = performance.now() - began;
  log.info({ durationMs: Math.round(tookMs) }, "Ready");
  await printWelcome({ config, deskgate, tookMs });
  process.on("SIGHUP", () => void deskgate.certificate.reload());
  await stopSignal();
  log.info({}, "Stopping");
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  await deskgate.close();
}

function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
}
