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
  const site = siteAddress(config, deskgate);
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
  const lines = rows.map(([label, text]) => `  ${label.padEnd(12)}${text}`);
  const { stdout, stderr } = process;
  const out = isPrettyLog(config.log, stdout.isTTY) ? stdout : stderr;
  out.write(`\nDeskgate is ready (${(tookMs / 1000).toFixed(1)} s)\n\n${lines.join("\n")}\n\n`);
}

/** The address as one would type it on this host: the name `localhost` where every address is served. */
function siteAddress(config: Config, { gateway }: Deskgate): string {
  const { host } = config.listen;
  const name = ["::", "0.0.0.0", "::1", "127.0.0.1"].includes(host)
    ? "localhost"
    : host.includes(":")
      ? `[${host}]`
      : host;
  return gateway.address.port === 443 ? `https://${name}` : `https://${name}:${gateway.address.port}`;
}
