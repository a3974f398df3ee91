/** `deskgate broker`: the control plane alone, until a signal ends it. */
import { relative } from "node:path";
import process from "node:process";
import { openBrokerPlane } from "../compose-apart.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";
import { untilSignal } from "./until-signal.ts";
import { printReady } from "./welcome.ts";

const LINK_LIFETIME_MS = 60 * 60_000;

export async function runBroker(commandLine: CommandLine): Promise<void> {
  const config = resolveConfig(commandLine);
  const log = createLog(config.log, { isTerminal: process.stdout.isTTY });
  const began = performance.now();
  const plane = await openBrokerPlane(config, log);
  const { host, port } = plane.listener.address;
  const rows: [string, string][] = [
    [
      "Gateways",
      `at ${host.includes(":") ? `[${host}]` : host}:${port}; add one with "deskgate gateway-code create"`,
    ],
    ["Certificate", plane.certificate.fingerprint()],
  ];
  const administrator = await plane.broker.setup.ensureAdministrator();
  if (!administrator.hasPassword) {
    const { path } = await plane.broker.setup.createSignInLink(administrator.name, LINK_LIFETIME_MS);
    rows.push(
      ["Sign in", path],
      ["", `behind a gateway's address, as ${administrator.name}; works once, within the hour`],
    );
  }
  rows.push(["Data", relative(process.cwd(), config.dataDirectory) || "."], ["Stop", "Ctrl-C"]);
  printReady("Deskgate broker", rows, { tookMs: performance.now() - began, log: config.log });
  await untilSignal(plane, log);
}
