/** `deskgate gateway-code create`: a code by which one gateway joins. Works beside a running broker. */
import process from "node:process";
import { openControlPlane } from "../compose.ts";
import { openLinkCertificate } from "../compose-apart.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";

export async function printGatewayCode(
  commandLine: CommandLine & { readonly json?: boolean },
): Promise<void> {
  const config = resolveConfig(commandLine);
  const log = createLog({ ...config.log, level: "error" }, { isTerminal: false, isToErrors: true });
  const certificate = await openLinkCertificate(config, log);
  const linkFingerprint = () => certificate.fingerprint();
  const { broker, close } = await openControlPlane(config, log, { linkFingerprint });
  try {
    const { code, expiresAt } = await broker.setup.createGatewayCode(config.gateway.name);
    const until = new Date(expiresAt).toISOString();
    process.stdout.write(
      commandLine.json
        ? `${JSON.stringify({ code, expiresAt: until })}\n`
        : `It registers one gateway, until ${until}:\n  deskgate gateway --broker https://THIS-HOST:${config.broker.listen.port} --code-file -\n${code}\n`,
    );
  } finally {
    await close();
    certificate.close();
  }
}
