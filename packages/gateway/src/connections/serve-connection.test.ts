/** One connection's life against machines and viewers that misbehave, are slow, or are told to go. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { END_REASONS, type EndReason, TICKET_SUBPROTOCOL_PREFIX } from "@deskgate/contract";
import { advanceServer, SERVER_BEGIN, SERVER_GREETING, type ServerState } from "@deskgate/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { answerChallenge } from "../protocols/vnc/vnc-password.ts";
import { type GatewayUnderTest, portOf, startGateway } from "../testing.ts";

let rig: GatewayUnderTest;
const machines: Server[] = [];
beforeAll(async () => {
  rig = await startGateway();
});
afterAll(() => rig.close());
afterEach(() => {
  for (const machine of machines.splice(0)) machine.close();
  rig.log.lines.length = 0;
  rig.told.length = 0;
});

async function machine(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    onSocket(socket);
  });
  machines.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return portOf(server);
}

const echo = (socket: Socket) => void socket.pipe(socket);

async function closeOf(viewer: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(viewer, "close")) as [number, Buffer];
  return { code, reason: reason.toString() };
}

async function toldOfTheEnd(
  connectionId: string,
): Promise<{ reason: EndReason; detail: string; report: { bytesToViewer: number; bytesToTarget: number } }> {
  for (;;) {
    const found = rig.told.find(
      ({ name, request }) => name === "connectionClosed" && JSON.stringify(request).includes(connectionId),
    );
    if (found)
      return found.request as {
        reason: EndReason;
        detail: string;
        report: { bytesToViewer: number; bytesToTarget: number };
      };
    await new Promise((done) => setTimeout(done, 10));
  }
}

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

  it("to a machine that is off is refused with a reason the viewer can read", async () => {
    const port = await machine(() => {});
    machines.pop()?.close();
    const { ticket, connectionId } = await rig.reserve({ port });
    expect(await closeOf(rig.connect(ticket))).toEqual({
      code: END_REASONS.target_unreachable.closeCode,
      reason: "target_unreachable",
    });
    expect(await toldOfTheEnd(connectionId)).toMatchObject({
      reason: "target_unreachable",
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
    const { networkInterfaces } = await import("node:os");
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

describe("a machine whose password is stored", () => {
  const challenge = Buffer.from("0123456789abcdef");

  /** A VNC server that knows one password; after the handshake it repeats what it hears. */
  function vncServer(password: string) {
    return (socket: Socket) => {
      let state: ServerState = SERVER_BEGIN;
      let held = Buffer.alloc(0);
      const step = () => {
        const before = state;
        const isRightResponse = (response: Uint8Array) =>
          answerChallenge(challenge, password).equals(response);
        const { next, consumed, send } = advanceServer(state, held, {
          type: "vnc-auth",
          challenge,
          isRightResponse,
        });
        state = next;
        held = held.subarray(consumed);
        if (send) socket.write(send);
        return before !== next;
      };
      const talk = (chunk: Buffer) => void socket.write(Buffer.concat([Buffer.from("GOT "), chunk]));
      const shakeHands = (chunk: Buffer) => {
        held = Buffer.concat([held, chunk]);
        while (step());
        if (state.at === "failed") socket.end();
        if (state.at !== "agreed") return;
        socket.off("data", shakeHands).on("data", talk).write("INIT");
      };
      socket.on("data", shakeHands).write(SERVER_GREETING);
    };
  }

  /** What the viewer is sent, collected. */
  function collect(viewer: WebSocket): { bytes: Buffer } {
    const seen = { bytes: Buffer.alloc(0) };
    viewer.on("message", (chunk: Buffer) => {
      seen.bytes = Buffer.concat([seen.bytes, chunk]);
    });
    return seen;
  }

  it.each([["RFB 003.003\n"], ["RFB 003.007\n"], ["RFB 003.008\n"]])(
    "offers a viewer of %s no password, and is then spoken to plainly",
    async (version) => {
      const { ticket } = await rig.reserve(
        { port: await machine(vncServer("pa55word")) },
        { credential: { password: "pa55word" } },
      );
      const viewer = rig.connect(ticket);
      const seen = collect(viewer);
      await once(viewer, "open");
      viewer.send(Buffer.from(version));
      if (version !== "RFB 003.003\n") viewer.send(Buffer.of(1)); // security type None
      viewer.send(Buffer.of(0)); // ClientInit
      await until(() => seen.bytes.includes("INIT"));
      viewer.send(Buffer.from("hello"));
      await until(() => seen.bytes.includes("GOT hello"));
      expect(seen.bytes.includes("pa55word")).toBe(false);
      expect(seen.bytes.includes(challenge)).toBe(false);
      viewer.terminate();
    },
  );

  it("that is wrong ends with its own reason, and the password is nowhere in the log", async () => {
    const { ticket, connectionId } = await rig.reserve(
      { port: await machine(vncServer("right")) },
      { credential: { password: "wrongpw1" } },
    );
    const viewer = rig.connect(ticket);
    await once(viewer, "open");
    viewer.send(Buffer.from("RFB 003.008\n"));
    viewer.send(Buffer.of(1, 1));
    expect((await closeOf(viewer)).reason).toBe("target_authentication_failed");
    expect((await toldOfTheEnd(connectionId)).detail).toContain("Authentication failed");
    expect(JSON.stringify([rig.log.lines, rig.told])).not.toContain("wrongpw1");
  });

  it.each<[string, (socket: Socket) => void, EndReason]>([
    [
      "talks of something else",
      (socket) => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "target_protocol_error",
    ],
    [
      "offers no security we know",
      (socket) => void socket.write("RFB 003.008\n\x01\x13"),
      "target_protocol_error",
    ],
    [
      "refuses with a reason of four gigabytes",
      (socket) =>
        void socket.write(
          Buffer.concat([
            Buffer.from("RFB 003.008\n\x00"),
            Buffer.of(255, 255, 255, 255),
            Buffer.alloc(8192, 65),
          ]),
        ),
      "target_protocol_error",
    ],
    ["never stops greeting", (socket) => void flood(socket), "target_protocol_error"],
    ["hangs up in the middle", (socket) => void socket.end("RFB 003."), "target_lost"],
  ])("and that %s costs only its own connection", async (_name, behave, reason) => {
    const { ticket, connectionId } = await rig.reserve(
      { port: await machine(behave) },
      { credential: { password: "pa55word" } },
    );
    const viewer = rig.connect(ticket);
    await once(viewer, "open");
    viewer.send(Buffer.from("RFB 003.008\n"));
    viewer.send(Buffer.of(1, 1));
    expect((await closeOf(viewer)).reason).toBe(reason);
    expect((await toldOfTheEnd(connectionId)).reason).toBe(reason);
  });
});

/** Sends without end a greeting that is one, and then zeros. */
function flood(socket: Socket): void {
  socket.write("RFB 003.008\n\xff");
  const more = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
  };
  socket.on("drain", more);
  more();
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((done) => setTimeout(done, 5));
}
