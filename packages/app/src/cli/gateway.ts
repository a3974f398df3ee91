/** `deskgate gateway`: the data plane alone, until a signal ends it. */
import { relative } from "node:path";
import process from "node:process";
import { openGatewayPlane, sentenceOf } from "../compose-apart.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";
import { readGatewayCode } from "./read-gateway-code.ts";
import { untilSignal } from "./until-signal.ts";
import { printReady, siteAddress } from "./welcome.ts";

export async function runGateway(commandLine: CommandLine): Promise<void> {
  const config = resolveConfig(commandLine);
  const log = createLog(config.log, { isTerminal: process.stdout.isTTY });
  const began = performance.now();
  const code = await readGatewayCode(config);
  const plane = await openGatewayPlane(config, code, log);
  const failure = await plane.firstTry;
  printReady(
    "Deskgate gateway",
    [
      ["Open", siteAddress(config, plane.gateway.address.port)],
      ["Gateway", plane.identity.name],
      ["Broker", failure === undefined ? "linked" : `${sentenceOf(failure)} It is tried again.`],
      ["Data", relative(process.cwd(), config.dataDirectory) || "."],
      ["Stop", "Ctrl-C"],
    ],
    { tookMs: performance.now() - began, log: config.log },
  );
  await untilSignal(plane, log);
}
