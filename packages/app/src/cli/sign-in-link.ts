/** `deskgate sign-in-link NAME`: a way in for someone who has no password, or forgot it. Works beside a running server. */
import process from "node:process";
import { openControlPlane } from "../compose.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";

const LINK_LIFETIME_MS = 60 * 60_000;

export async function printSignInLink(name: string, commandLine: CommandLine): Promise<void> {
  const config = resolveConfig(commandLine);
  const log = createLog({ ...config.log, level: "error" }, { isTerminal: false, isToErrors: true });
  const { broker, close } = await openControlPlane(config, log);
  try {
    const { path, expiresAt } = await broker.setup.createSignInLink(name, LINK_LIFETIME_MS);
    process.stdout.write(
      `Put the site's address in front of this path. It works once, until ${new Date(expiresAt).toISOString()}.\n${path}\n`,
    );
  } finally {
    await close();
  }
}
