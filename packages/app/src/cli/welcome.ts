/** What a person reads when the program has started: where to go, and how to sign in. */
import { relative } from "node:path";
import process from "node:process";
import type { Deskgate } from "../compose.ts";
import type { Config } from "../config/resolve.ts";
import { isPrettyLog } from "../program-log.ts";

const LINK_LIFETIME_MS = 60 * 60_000;

/**
 * Prints where a person looks: beside a pretty log, or to standard error where standard output is JSON for machines. A sign-in
 * link is made only while the administrator has no password.
 */
export async function printWelcome(start: {
  readonly config: Config;
  readonly deskgate: Deskgate;
  readonly tookMs: number;
}): Promise<void> {
  const { config, deskgate, tookMs } = start;
  const site = siteAddress(config, deskgate.gateway.address.port);
  const administrator = await deskgate.broker.setup.ensureAdministrator();
  const rows: [string, string][] = [["Open", site]];
  if (!administrator.hasPassword) {
    const link = await deskgate.broker.setup.createSignInLink(administrator.name, LINK_LIFETIME_MS);
    rows.push(
      ["Sign in", `${site}${link.path}`],
      ["", `as ${administrator.name}; works once, within the hour`],
    );
  }
  if (config.tls.isSelfSigned) rows.push(["Certificate", "self-signed; your browser will ask once"]);
  rows.push(["Data", relative(process.cwd(), config.dataDirectory) || "."], ["Stop", "Ctrl-C"]);
  printReady("Deskgate", rows, { tookMs, log: config.log });
}

/** Beside the log on a terminal, and out of its way where the log is read by programs. */
export function printReady(
  what: string,
  rows: readonly [string, string][],
  { tookMs, log }: { readonly tookMs: number; readonly log: Config["log"] },
): void {
  const lines = rows.map(([label, text]) => `  ${label.padEnd(12)}${text}`);
  const { stdout, stderr } = process;
  const out = isPrettyLog(log, stdout.isTTY) ? stdout : stderr;
  out.write(`\n${what} is ready (${(tookMs / 1000).toFixed(1)} s)\n\n${lines.join("\n")}\n\n`);
}

/** The address as one would type it on this host: the name `localhost` where every address is served. */
export function siteAddress(config: Config, port: number): string {
  const { host } = config.listen;
  const name = ["::", "0.0.0.0", "::1", "127.0.0.1"].includes(host)
    ? "localhost"
    : host.includes(":")
      ? `[${host}]`
      : host;
  return port === 443 ? `https://${name}` : `https://${name}:${port}`;
}
