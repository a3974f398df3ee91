/** The SPICE link through a whole gateway, and the ticket that is good for all tunnels of a connection and no longer. */
import { constants, createPublicKey, privateDecrypt, publicEncrypt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { OPEN_POLICY } from "@deskgate/contract";
import {
  encodeLinkReply,
  encodeLinkRequest,
  encodeLinkResult,
  encodeTicketMessage,
  type LinkReply,
  readLinkReply,
  readLinkRequest,
  readTicket,
  SPICE_PUBLIC_KEY_BYTES,
} from "@deskgate/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { type GatewayUnderTest, portOf, startGateway } from "../../testing.ts";
import { makeTicketKey, type TicketKey } from "./ticket.ts";

let rig: GatewayUnderTest;
let machineKey: TicketKey;
const closers: (() => void)[] = [];

beforeEach(async () => {
  [rig, machineKey] = await Promise.all([startGateway(), makeTicketKey()]);
});
afterEach(async () => {
  await rig.close();
  for (const close of closers.splice(0)) close();
});

async function machineThat(behave: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    behave(socket);
  });
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return portOf(server);
}

const CAPABILITIES = { common: [0x0b], channel: [] };

/** Behaves as a SPICE server with this password, then echoes. */
function serveSpice(socket: Socket, password: string): void {
  let held = Buffer.alloc(0);
  let step: "request" | "ticket" | "open" = "request";
  socket.on("data", (bytes: Buffer) => {
    if (step === "open") return void socket.write(bytes);
    held = Buffer.concat([held, bytes]);
    if (step === "request") {
      const request = readLinkRequest(held);
      if (request.at !== "read") return;
      held = held.subarray(request.size);
      step = "ticket";
      socket.write(encodeLinkReply({ error: 0, publicKey: machineKey.publicKey, ...CAPABILITIES }));
      return;
    }
    const ticket = readTicket(held, true);
    if (ticket.at !== "read") return;
    const shown = privateDecrypt(
      { key: machineKey.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" },
      ticket.value,
    ).toString();
    step = "open";
    if (shown === `${password}\0`) socket.write(Buffer.concat([encodeLinkResult(0), Buffer.from("hello")]));
    else socket.end(encodeLinkResult(7));
  });
}

interface Channel {
  readonly socket: WebSocket;
  readonly closed: Promise<string>;
  received(): Buffer;
  until(isRight: (received: Buffer) => boolean): Promise<void>;
}

function channelOf(socket: WebSocket): Channel {
  let received = Buffer.alloc(0);
  socket.on("message", (data: Buffer) => {
    received = Buffer.concat([received, data]);
  });
  socket.on("error", () => {});
  return {
    socket,
    closed: once(socket, "close").then(([, reason]) => String(reason)),
    received: () => received,
    until: async (isRight) => {
      while (!isRight(received)) await new Promise((done) => setTimeout(done, 5));
    },
  };
}

/** Links as a viewer does, with a ticket of its own making. */
async function link(ticket: string, typed = "", channelType = 1): Promise<Channel> {
  const channel = channelOf(rig.connect(ticket));
  await once(channel.socket, "open");
  const request = { connectionId: 0, channelType, channelId: 0, common: [0x09], channel: [0] };
  channel.socket.send(encodeLinkRequest(request));
  await Promise.race([channel.closed, channel.until((bytes) => readLinkReply(bytes).at === "read")]);
  const reply = readLinkReply(channel.received());
  if (reply.at !== "read") return channel;
  const key = createPublicKey({ key: Buffer.from(reply.value.publicKey), format: "der", type: "spki" });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const sealed = publicEncrypt({ key, padding, oaepHash: "sha1" }, Buffer.from(`${typed}\0`));
  channel.socket.send(encodeTicketMessage(sealed, true));
  return channel;
}

async function ticketFor(port: number, password = "secret") {
  return rig.reserve({ port }, { protocol: "spice", credential: { password } });
}

const saysHello = (bytes: Buffer) => bytes.toString("latin1").endsWith("hello");

describe("a SPICE machine with a stored password", () => {
  it("is signed in to by the gateway, and the viewer's ticket is its own", async () => {
    const port = await machineThat((socket) => serveSpice(socket, "secret"));
    const { ticket } = await ticketFor(port);
    const channel = await link(ticket);
    await channel.until(saysHello);
    const reply = readLinkReply(channel.received()) as { readonly value: LinkReply };
    expect(Buffer.from(reply.value.publicKey)).not.toEqual(Buffer.from(machineKey.publicKey));
    expect(channel.received().includes("secret")).toBe(false);
    channel.socket.send(Buffer.from("echo"));
    await channel.until((bytes) => bytes.toString("latin1").endsWith("helloecho"));
  });

  it("that does not take it says whose fault that is", async () => {
    const port = await machineThat((socket) => serveSpice(socket, "another"));
    const { ticket } = await ticketFor(port);
    expect(await (await link(ticket)).closed).toBe("target_authentication_failed");
  });
});

describe("a SPICE machine in clear that is known by a certificate", () => {
  it("gets no ticket", async () => {
    await rig.close();
    const asked: string[] = [];
    rig = await startGateway({
      judgeIdentity: async ({ kind, fingerprint }) => {
        asked.push(`${kind} ${fingerprint}`);
        return { verdict: "changed" };
      },
    });
    let heard = Buffer.alloc(0);
    const port = await machineThat((socket) => {
      socket.on("data", (bytes: Buffer) => {
        heard = Buffer.concat([heard, bytes]);
      });
      serveSpice(socket, "secret");
    });
    const { ticket } = await ticketFor(port);
    expect(await (await link(ticket)).closed).toBe("target_identity_changed");
    expect(asked).toEqual([`clear ${"0".repeat(64)}`]);
    const request = readLinkRequest(heard);
    expect(request).toMatchObject({ at: "read", size: heard.length });
  });
});

describe("what policy forbids the agent", () => {
  const agentMessage = (type: number, text: string) => {
    const message = Buffer.alloc(6 + 20 + text.length);
    message.writeUInt16LE(107, 0);
    message.writeUInt32LE(20 + text.length, 2);
    message.writeUInt32LE(1, 6);
    message.writeUInt32LE(type, 10);
    message.writeUInt32LE(text.length, 22);
    message.write(text, 26);
    return message;
  };

  it("never reaches the machine, not even with a viewer of one's own making", async () => {
    const port = await machineThat((socket) => serveSpice(socket, "secret"));
    const policy = { ...OPEN_POLICY, filesToMachine: false };
    const changes = { protocol: "spice", credential: { password: "secret" }, policy } as const;
    const { ticket } = await rig.reserve({ port }, changes);
    const channel = await link(ticket);
    await channel.until(saysHello);
    channel.socket.send(agentMessage(12, "file contents"));
    channel.socket.send(agentMessage(4, "clipboard"));
    const harmless = agentMessage(0xff, "\0".repeat(13));
    // The machine repeats what it hears.
    const expected = Buffer.concat([harmless, agentMessage(4, "clipboard")]);
    await channel.until((bytes) => bytes.subarray(-expected.length).equals(expected));
  });

  it("has no channel for folders", async () => {
    const port = await machineThat((socket) => serveSpice(socket, "secret"));
    const policy = { ...OPEN_POLICY, filesFromMachine: false };
    const changes = { protocol: "spice", credential: { password: "secret" }, policy } as const;
    const { ticket } = await rig.reserve({ port }, changes);
    expect(await (await link(ticket, "", 11)).closed).toBe("policy_refused");
  });
});

describe("a ticket for a whole connection", () => {
  it("opens further tunnels while the first one lives, which are metered and killed as one", async () => {
    const port = await machineThat((socket) => serveSpice(socket, "secret"));
    const { ticket, connectionId } = await ticketFor(port);
    const first = await link(ticket);
    await first.until(saysHello);
    const second = await link(ticket, "", 3);
    const third = await link(ticket, "", 2);
    await Promise.all([second.until(saysHello), third.until(saysHello)]);
    expect(rig.told.filter(({ name }) => name === "connectionOpened")).toHaveLength(1);
    const began = Date.now();
    expect(await rig.calls.revoke({ connectionIds: [connectionId], reason: "killed" })).toEqual({
      closed: 1,
    });
    expect(await Promise.all([first.closed, second.closed, third.closed])).toEqual([
      "killed",
      "killed",
      "killed",
    ]);
    expect(Date.now() - began).toBeLessThan(1_000);
    const told = () => rig.told.filter(({ name }) => name === "connectionClosed");
    while (told().length === 0) await new Promise((done) => setTimeout(done, 5));
    expect(told()).toHaveLength(1);
    expect(told()[0]?.request).toMatchObject({ reason: "killed", report: { bytesToViewer: 0 } });
    const [, refused] = (await once(rig.connect(ticket), "unexpected-response")) as [
      unknown,
      { statusCode: number },
    ];
    expect(refused.statusCode).toBe(403);
  });

  it("opens none before its first, after it, or beyond sixteen", async () => {
    const port = await machineThat((socket) => serveSpice(socket, "secret"));
    const { ticket } = await ticketFor(port);
    const first = await link(ticket);
    await first.until(saysHello);
    const more = await Promise.all(Array.from({ length: 15 }, () => link(ticket, "", 2)));
    await Promise.all(more.map((channel) => channel.until(saysHello)));
    await once(rig.connect(ticket), "unexpected-response");
    more[0]?.socket.close(1000);
    await more[0]?.closed;
    const again = async (): Promise<Channel> => {
      const socket = rig.connect(ticket);
      const opened = await Promise.race([
        once(socket, "open").then(() => true),
        once(socket, "unexpected-response").then(() => false),
      ]);
      return opened ? channelOf(socket) : again();
    };
    await again();
    first.socket.close(1000);
    await Promise.all(more.map(({ closed }) => closed));
    await once(rig.connect(ticket), "unexpected-response");
  });

  it("of another protocol still opens one tunnel only", async () => {
    const port = await machineThat((socket) => void socket.write("RFB 003.008\n"));
    const { ticket } = await rig.reserve({ port });
    const first = rig.connect(ticket);
    await once(first, "open");
    await once(rig.connect(ticket), "unexpected-response");
    first.close();
  });
});

/** Memory that a gateway may take for one machine, however much that sends; the process's own noise included. */
const MAX_GROWTH_BYTES = 100 * 1024 * 1024;

function flood(socket: Socket): void {
  const more = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(64 * 1024, 9)));
  };
  socket.on("drain", more);
  more();
}

/** Links as it should, and lets `judge` say something once it has the ticket. */
function judgeTicket(
  socket: Socket,
  judge: () => void,
  common: readonly number[] = CAPABILITIES.common,
): void {
  let held = Buffer.alloc(0);
  let isLinked = false;
  socket.on("data", (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    if (!isLinked) {
      const request = readLinkRequest(held);
      if (request.at !== "read") return;
      held = held.subarray(request.size);
      isLinked = true;
      const { publicKey } = machineKey;
      socket.write(encodeLinkReply({ error: 0, publicKey, common: [...common], channel: [] }));
    }
    if (readTicket(held, true).at === "read") judge();
  });
}

describe("a hostile SPICE machine costs its own tunnel:", () => {
  const badReply = (error: number, publicKey = new Uint8Array(SPICE_PUBLIC_KEY_BYTES)) =>
    encodeLinkReply({ error, publicKey, ...CAPABILITIES });

  it.each([
    ["garbage", (socket: Socket) => void socket.write(Buffer.alloc(70_000, 9)), "target_protocol_error"],
    [
      "a reply of 4 GiB",
      (socket: Socket) =>
        void socket.write(Buffer.from("52454451020000000200000 0ffffffff".replace(" ", ""), "hex")),
      "target_protocol_error",
    ],
    ["a key that is none", (socket: Socket) => void socket.write(badReply(0)), "target_protocol_error"],
    ["TLS at its other port", (socket: Socket) => void socket.write(badReply(5)), "target_protocol_refused"],
    ["an error", (socket: Socket) => void socket.write(badReply(1)), "target_protocol_refused"],
    [
      "words out of turn",
      (socket: Socket) => void socket.write(Buffer.concat([badReply(0), Buffer.alloc(300_000, 1)])),
      "target_protocol_error",
    ],
    ["hanging up", (socket: Socket) => void socket.end(), "target_protocol_error"],
    ["noise without end", (socket: Socket) => flood(socket), "target_protocol_error"],
    [
      "a reply that never ends",
      (socket: Socket) => {
        socket.write(badReply(0).subarray(0, 40));
        flood(socket);
      },
      "target_protocol_error",
    ],
    [
      "a verdict that is none",
      (socket: Socket) => judgeTicket(socket, () => void socket.write(Buffer.alloc(4, 0xff))),
      "target_protocol_refused",
    ],
    [
      "noise without end in place of a verdict",
      (socket: Socket) => judgeTicket(socket, () => flood(socket)),
      "target_protocol_refused",
    ],
    [
      "leaving before the verdict",
      (socket: Socket) => judgeTicket(socket, () => void socket.end()),
      "target_lost",
    ],
  ])("%s", async (_what, behave, reason) => {
    const { ticket } = await ticketFor(await machineThat(behave));
    const before = process.memoryUsage().rss;
    expect(await (await link(ticket)).closed).toBe(reason);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  });

  it("messages hidden in lists, where the agent's are to be judged", async () => {
    const hidden = Buffer.alloc(18 + 4);
    hidden.writeUInt16LE(109, 8);
    hidden.writeUInt32LE(4, 10);
    hidden.writeUInt32LE(6, 14);
    const port = await machineThat((socket) =>
      judgeTicket(socket, () => void socket.write(Buffer.concat([encodeLinkResult(0), hidden])), [0x03]),
    );
    const policy = { ...OPEN_POLICY, clipboardFromMachine: false };
    const changes = { protocol: "spice", credential: { password: "secret" }, policy } as const;
    const { ticket } = await rig.reserve({ port }, changes);
    expect(await (await link(ticket)).closed).toBe("target_protocol_error");
  });
});
