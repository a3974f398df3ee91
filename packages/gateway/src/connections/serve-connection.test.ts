/** One connection's life against machines and viewers that misbehave, are slow, or are told to go. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { END_REASONS, TICKET_SUBPROTOCOL_PREFIX } from "@deskgate/contract";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { closeOf, endTold, FakeMachines, type GatewayUnderTest, startGateway } from "../testing.ts";

let rig: GatewayUnderTest;
const machines = new FakeMachines();
beforeAll(async () => {
  rig = await startGateway();
});
afterAll(() => rig.close());
afterEach(() => {
  machines.close();
  rig.log.lines.length = 0;
  rig.told.length = 0;
});

const machine = (onSocket: (socket: Socket) => void) => machines.listen(onSocket);
const echo = (socket: Socket) => void socket.pipe(socket);
const toldOfTheEnd = (connectionId: string) => endTold(rig, connectionId);

async function opened(ticket: string): Promise<WebSocket> {
  const viewer = rig.connect(ticket);
  await once(viewer, "open");
  return viewer;
}

describe("a connection", () => {
  it("that the viewer closes is told to the broker with its bytes, and is no warning", async () => {
    const { ticket, connectionId } = await rig.reserve({ port: await machine(echo) });
    const viewer = await opened(ticket);
    viewer.send(Buffer.alloc(1000));
    await once(viewer, "message");
    viewer.close(1000);
    expect((await closeOf(viewer)).code).toBe(1000);
    const { reason, report } = await toldOfTheEnd(connectionId);
    expect(reason).toBe("viewer_left");
    expect(report).toMatchObject({ bytesToTarget: 1000, bytesToViewer: 1000 });
    expect(rig.told.map(({ name }) => name)).toContain("connectionOpened");
    expect(rig.log.lines.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  });

  it("whose viewer vanishes ends as lost, and the machine's socket is closed", async () => {
    const machineClosed = Promise.withResolvers<void>();
    const port = await machine((socket) => {
      socket.resume();
      socket.on("end", () => socket.end());
      socket.on("close", () => machineClosed.resolve());
    });
    const { ticket, connectionId } = await rig.reserve({ port });
    (await opened(ticket)).terminate();
    expect((await toldOfTheEnd(connectionId)).reason).toBe("viewer_lost");
    await machineClosed.promise;
  });

  it("whose machine closes ends with that reason on the viewer's screen", async () => {
    const { ticket, connectionId } = await rig.reserve({
      port: await machine((socket) => socket.end("bye")),
    });
    const viewer = rig.connect(ticket);
    const [message] = (await once(viewer, "message")) as [Buffer];
    expect(message.toString()).toBe("bye");
    expect(await closeOf(viewer)).toEqual({
      code: END_REASONS.target_closed.closeCode,
      reason: "target_closed",
    });
    expect((await toldOfTheEnd(connectionId)).reason).toBe("target_closed");
  });

  it("whose machine ends its direction still carries what the viewer sends (half-close)", async () => {
    const heard = Promise.withResolvers<string>();
    const port = await machine((socket) => {
      let text = "";
      socket.end("last words");
      socket.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      socket.on("end", () => heard.resolve(text));
    });
    const { ticket } = await rig.reserve({ port });
    const viewer = rig.connect(ticket);
    // Sent in the same moment as the machine's end arrives: it must still get through.
    viewer.once("message", () => viewer.send(Buffer.from("reply")));
    await closeOf(viewer);
    expect(await heard.promise).toBe("reply");
  });

  it("to a port where nothing listens is refused with a reason the viewer can read", async () => {
    const port = await machine(() => {});
    machines.close();
    const { ticket, connectionId } = await rig.reserve({ port });
    expect(await closeOf(rig.connect(ticket))).toEqual({
      code: END_REASONS.target_port_closed.closeCode,
      reason: "target_port_closed",
    });
    expect(await toldOfTheEnd(connectionId)).toMatchObject({
      reason: "target_port_closed",
      detail: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it.each([
    ["loopback", "127.0.0.1"],
    ["IPv6 loopback", "::1"],
    ["a name that means loopback", "localhost"],
    ["a link-local address", "169.254.0.7"],
    ["a metadata service", "169.254.169.254"],
    ["a disguised loopback address", "2130706433"],
  ])("to %s is refused unless the machine was declared there", async (_name, host) => {
    let dialled = 0;
    const port = await machine(() => {
      dialled += 1;
    });
    const { ticket, connectionId } = await rig.reserve({ host, port, isDeclaredLocal: false });
    expect(await closeOf(rig.connect(ticket))).toEqual({
      code: END_REASONS.target_address_refused.closeCode,
      reason: "target_address_refused",
    });
    expect((await toldOfTheEnd(connectionId)).reason).toBe("target_address_refused");
    expect(dialled).toBe(0);
    expect(
      rig.log.lines.some(
        ({ level, fields }) => level === "warn" && fields.reason === "target_address_refused",
      ),
    ).toBe(true);
  });

  it("to the gateway's own address is refused unless the machine was declared there", async () => {
    const own = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ address, internal }) => !internal && !address.startsWith("fe80"));
    if (!own) return; // a host without a network has no address of its own
    const { ticket } = await rig.reserve({
      host: own.address,
      port: rig.gateway.address.port,
      isDeclaredLocal: false,
    });
    expect((await closeOf(rig.connect(ticket))).reason).toBe("target_address_refused");
  });
});

describe("a kill", () => {
  it("closes both sides within a second, even when neither listens", async () => {
    const machineClosed = Promise.withResolvers<void>();
    const port = await machine((socket) => {
      const flood = () => {
        while (socket.write(Buffer.alloc(65_536)));
      };
      socket.on("drain", flood);
      flood();
      socket.on("close", () => machineClosed.resolve());
    });
    const { ticket, connectionId } = await rig.reserve({ port });
    const viewer = await opened(ticket);
    viewer.pause();
    viewer.on("error", () => {});
    await new Promise((done) => setTimeout(done, 200));
    const began = performance.now();
    expect(await rig.calls.revoke({ connectionIds: [connectionId], reason: "killed" })).toEqual({
      closed: 1,
    });
    expect((await toldOfTheEnd(connectionId)).reason).toBe("killed");
    await machineClosed.promise;
    expect(performance.now() - began).toBeLessThan(1000);
    viewer.terminate();
  });

  it("tells a viewer that listens why", async () => {
    const { ticket, connectionId } = await rig.reserve({ port: await machine(echo) });
    const viewer = await opened(ticket);
    await rig.calls.revoke({ connectionIds: [connectionId], reason: "killed" });
    expect(await closeOf(viewer)).toEqual({ code: END_REASONS.killed.closeCode, reason: "killed" });
  });

  it("ends a connection that is still waiting for its machine", async () => {
    const { ticket, connectionId } = await rig.reserve(
      { port: await machine(() => {}) },
      { credential: { password: "secret12" } },
    );
    const viewer = await opened(ticket);
    await rig.calls.revoke({ connectionIds: [connectionId], reason: "killed" });
    expect((await closeOf(viewer)).reason).toBe("killed");
    expect((await toldOfTheEnd(connectionId)).reason).toBe("killed");
  });
});

describe("limits", () => {
  it("end an idle connection, and one that is open too long", async () => {
    const port = await machine(echo);
    const idle = await rig.reserve({ port }, { limits: { idleMs: 1500, absoluteMs: 0 } });
    const long = await rig.reserve({ port }, { limits: { idleMs: 0, absoluteMs: 1500 } });
    const [a, b] = [await opened(idle.ticket), await opened(long.ticket)];
    const typing = setInterval(() => b.send(Buffer.from("x")), 200);
    expect(await Promise.all([closeOf(a), closeOf(b)])).toEqual([
      { code: END_REASONS.idle_limit.closeCode, reason: "idle_limit" },
      { code: END_REASONS.time_limit.closeCode, reason: "time_limit" },
    ]);
    clearInterval(typing);
  });
});

describe("a viewer that breaks the WebSocket rules", () => {
  const mask = [1, 2, 3, 4];
  it.each([
    ["an unmasked frame", [0x82, 0x01, 0x41], 1002],
    ["reserved bits", [0xf2, 0x81, ...mask, 0x41], 1002],
    ["a fragmented control frame", [0x09, 0x80, ...mask], 1002],
    ["a control frame of 126 bytes", [0x89, 0xfe, 0, 126, ...mask], 1002],
    ["a text frame", [0x81, 0x81, ...mask, 0x41], 1003],
    ["an unknown opcode", [0x83, 0x80, ...mask], 1002],
    ["a continuation of nothing", [0x80, 0x80, ...mask], 1002],
    ["a length of 2^63", [0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, ...mask], 1009],
    ["a length not in its shortest form", [0x82, 0xfe, 0, 5, ...mask], 1002],
  ])("by %s is told so and closed; nothing reaches the machine", async (_name, bytes, closeCode) => {
    let received = 0;
    const port = await machine((socket) => {
      socket.on("data", (chunk) => {
        received += chunk.length;
      });
      socket.on("end", () => socket.end());
    });
    const { ticket, connectionId } = await rig.reserve({ port });
    const viewer = await rawTunnel(ticket);
    viewer.write(Buffer.from(bytes));
    const frame = await firstFrame(viewer);
    expect(frame[0]).toBe(0x88);
    expect(frame.readUInt16BE(2)).toBe(closeCode);
    expect((await toldOfTheEnd(connectionId)).reason).toBe("viewer_protocol_error");
    expect(received).toBe(0);
    viewer.destroy();
  });

  it("is answered its pings", async () => {
    const { ticket } = await rig.reserve({ port: await machine(echo) });
    const viewer = await opened(ticket);
    viewer.ping("are you there");
    const [payload] = (await once(viewer, "pong")) as [Buffer];
    expect(payload.toString()).toBe("are you there");
    viewer.terminate();
  });
});

/** A tunnel without a WebSocket library, so that anything can be sent. */
async function rawTunnel(ticket: string): Promise<TLSSocket> {
  const { hostname, port, host } = new URL(rig.origin);
  const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false });
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  socket.write(
    `GET /tunnel HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${rig.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: binary, ${TICKET_SUBPROTOCOL_PREFIX}${ticket}\r\n\r\n`,
  );
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    await once(socket, "readable");
    for (
      let byte: Buffer | null = socket.read(1);
      byte;
      byte = head.endsWith("\r\n\r\n") ? null : socket.read(1)
    )
      head += byte.toString("latin1");
  }
  expect(head).toContain("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); // RFC 6455 §1.3
  expect(head.toLowerCase()).not.toContain("permessage-deflate");
  return socket;
}

async function firstFrame(socket: TLSSocket): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read();
    if (bytes) return bytes;
    await once(socket, "readable");
  }
}
