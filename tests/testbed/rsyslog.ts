/** rsyslogd as a collector of one test: TCP in, one line per message out, as JSON of what it understood. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ready, startPeer } from "./peer.ts";

export interface Rsyslog {
  readonly port: number;
  /** What has come, once `isEnough` says so. */
  until(isEnough: (messages: readonly SyslogMessage[]) => boolean): Promise<readonly SyslogMessage[]>;
  stop(): Promise<void>;
}

export interface SyslogMessage {
  readonly priority: string;
  readonly application: string;
  readonly messageId: string;
  readonly structuredData: string;
}

export async function startRsyslog(): Promise<Rsyslog> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-rsyslog-"));
  const port = await freePort();
  const [output, configuration] = [join(folder, "received"), join(folder, "rsyslog.conf")];
  await writeFile(
    configuration,
    `global(workDirectory="${folder}")
module(load="imtcp")
template(name="read" type="list" option.jsonf="on") {
  property(outname="priority" name="pri" format="jsonf")
  property(outname="application" name="app-name" format="jsonf")
  property(outname="messageId" name="msgid" format="jsonf")
  property(outname="structuredData" name="structured-data" format="jsonf")
}
ruleset(name="all") { action(type="omfile" file="${output}" template="read") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="all")
`,
  );
  const pidFile = join(folder, "pid");
  const peer = startPeer("/usr/sbin/rsyslogd", ["-n", "-f", configuration, "-i", pidFile]);
  await ready(peer, () => existsSync(pidFile), { what: "rsyslogd" });
  const received = async () => {
    const text = await readFile(output, "utf8").catch(() => "");
    const lines = text.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as SyslogMessage); // our own template
  };
  return {
    port,
    async until(isEnough) {
      await ready(peer, async () => isEnough(await received()), { what: "the message at rsyslogd" });
      return received();
    },
    async stop() {
      await peer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
