/** A machine woken for good: the command line, a running server, and a packet on a network made for the test. */

import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { MAIN } from "../testbed/deskgate.ts";
import { ensurePackages } from "../testbed/packages.ts";
import { freePort, type Peer, ready, startPeer } from "../testbed/peer.ts";

/** A network of its own, in a namespace that goes with the server: 192.0.2.0/24 on one end of a cable. */
const NETWORK = [
  "ip link add lan type veth peer name far",
  "ip addr add 192.0.2.1/24 brd + dev lan",
  "ip link set lo up",
  "ip link set lan up",
  "ip link set far up",
].join(" && ");

/** Stands for the machine's network card: writes what comes to the port of Wake-on-LAN. */
const CARD = `require("node:dgram").createSocket("udp4")
  .on("message", (packet, from) => console.log("heard", packet.toString("hex"), "from", from.address))
  .bind(9, "192.0.2.255", () => console.log("listening"));`;

let folder: string;
let server: Peer;
let card: Peer;

beforeAll(async () => {
  ensurePackages(["iproute2", "util-linux"]);
  folder = await mkdtemp(join(tmpdir(), "deskgate-wake-"));
  const serve = [MAIN, "serve", "--listen", `127.0.0.1:${await freePort()}`, "--data", folder, "--no-demo"];
  const inside = ["sh", "-c", `${NETWORK} && exec "$@"`, "sh", process.execPath, ...serve];
  server = startPeer("unshare", ["--user", "--map-root-user", "--net", ...inside]);
  await ready(server, () => server.output().includes("Ctrl-C"), { what: "Deskgate", deadlineMs: 30_000 });
  const target = ["--target", String(server.pid), "--user", "--net", "--preserve-credentials"];
  card = startPeer("nsenter", [...target, process.execPath, "-e", CARD]);
  await ready(card, () => card.output().includes("listening"), { what: "the network card" });
});
afterAll(async () => {
  await card?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function deskgate(...words: readonly string[]) {
  const args = [MAIN, ...words, "--data", folder, "--json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

it("the packet reaches the machine's network card, on the broadcast address of its own network", async () => {
  const machine = ["--host", "192.0.2.77", "--protocol", "rdp:3389", "--mac", "00:00:5e:00:53:01"];
  deskgate("machine", "create", "Sleeper", ...machine);
  // The command line has no gateways; the server beside it does.
  expect(deskgate("machine", "wake", "Sleeper")).toEqual({ state: "waiting", gateways: [] });
  const packet = `ffffffffffff${"00005e005301".repeat(16)}`;
  await expect.poll(() => card.output(), { timeout: 20_000 }).toContain(`heard ${packet} from 192.0.2.1`);
  expect(server.output()).toContain("Wake packet sent");
  expect(card.output().match(/heard/g)).toHaveLength(1);
});
