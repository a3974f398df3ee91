/** `deskgate serve`: both planes in one program, until a signal ends it. */
import process from "node:process";
import { openDeskgate } from "../compose.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";
import { untilSignal } from "./until-signal.ts";
import { printWelcome } from "./welcome.ts";

export async function serve(commandLine: CommandLine): Promise<void> {
  const config = resolveConfig(commandLine);
  const log = createLog(config.log, { isTerminal: process.stdout.isTTY });
  const began = performance.now();
  const deskgate = await openDeskgate(config, log);
  const tookMs = performance.now() - began;
  log.info({ durationMs: Math.round(tookMs) }, "Ready");
  await printWelcome({ config, deskgate, tookMs });
  await untilSignal(deskgate, log);
}
