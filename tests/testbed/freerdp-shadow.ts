/** FreeRDP's shadow server: the small target for network level authentication, and for TLS without any. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptsTcp } from "./certificate.ts";
import { freePort, ready, startPeer } from "./peer.ts";
import { startXDesktop, type XDesktop } from "./x-desktop.ts";

export interface ShadowMachine {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly desktop: XDesktop;
  stop(): Promise<void>;
}

export async function startFreeRdpShadow(security: "nla" | "tls"): Promise<ShadowMachine> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-shadow-"));
  const port = await freePort();
  const [username, password] = ["nlauser", `N!${randomBytes(12).toString("base64url")}`];
  const desktop = await startXDesktop(folder);
  const args = [`/port:${port}`, "/bind-address:127.0.0.1", `/sec:${security}`];
  if (security === "nla") {
    const sam = join(folder, "sam");
    const { stdout } = spawnSync("winpr-hash", ["-u", username, "-p", password, "-f", "sam"]);
    await writeFile(sam, stdout, { mode: 0o600 });
    args.push("+auth", `/sam-file:${sam}`);
  } else args.push("-auth");
  const server = startPeer("freerdp-shadow-cli", args, { env: desktop.env });
  await ready(server, () => acceptsTcp(port), { what: "freerdp-shadow-cli" });
  return {
    host: "127.0.0.1",
    ...{ port, username, password, desktop },
    async stop() {
      await server.stop();
      await desktop.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
