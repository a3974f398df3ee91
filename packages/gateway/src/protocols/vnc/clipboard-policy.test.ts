/** A clipboard that policy closes, at the gateway: whatever a machine or a viewer tries. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { OPEN_POLICY, type Policy } from "@deskgate/contract";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { closeOf, FakeMachines, type GatewayUnderTest, startGateway } from "../../testing.ts";

let rig: GatewayUnderTest;
const machines = new FakeMachines();
beforeAll(async () => {
  rig = await startGateway();
});
afterAll(() => rig.close());
afterEach(() => machines.close());

const BELL = Buffer.of(2);
const KEY = Buffer.of(4, 1, 0, 0, 0, 0, 0, 0x61);
const SERVER_INIT = Buffer.concat([
  Buffer.of(2, 128, 1, 224, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0),
  Buffer.of(0, 0, 0, 4),
  Buffer.from("test"),
]);

function cutText(type: 3 | 6, text: string): Buffer {
  const head = Buffer.of(type, 0, 0, 0, 0, 0, 0, 0);
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** A machine without a password: says `words` after the handshake, and keeps what it hears from then on. */
async function machineThatSays(words: Buffer): Promise<{ readonly port: number; heard(): Buffer }> {
  let heard = Buffer.alloc(0);
  const port = await machines.listen((socket: Socket) => {
    const answers = [Buffer.of(1, 1), Buffer.of(0, 0, 0, 0), Buffer.concat([SERVER_INIT, words])];
    socket.on("data", (bytes) => {
      const answer = answers.shift();
      if (answer) socket.write(answer);
      else heard = Buffer.concat([heard, bytes]);
    });
    socket.write("RFB 003.008\n");
  });
  return { port, heard: () => heard };
}

/** Through the handshake as noVNC does, one step after the other. */
async function openViewer(port: number, policy: Policy) {
  const { ticket } = await rig.reserve({ port }, { policy });
  const socket = rig.connect(ticket);
  let received = Buffer.alloc(0);
  const sizes = [12, 14, 18];
  const says = [Buffer.from("RFB 003.008\n"), Buffer.of(1), Buffer.of(1)];
  socket.on("message", (data: Buffer) => {
    received = Buffer.concat([received, data]);
    while (sizes[0] !== undefined && sizes[0] <= received.length) {
      sizes.shift();
      socket.send(says.shift() ?? Buffer.alloc(0));
    }
  });
  await once(socket, "open");
  return { socket, session: () => received.subarray(18) };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((done) => setTimeout(done, 5));
}

describe("where the clipboard from the machine is closed", () => {
  it("no cut text reaches the viewer, and everything else does", async () => {
    const words = Buffer.concat([cutText(3, "secret"), BELL, cutText(3, "x".repeat(200_000)), BELL]);
    const { port } = await machineThatSays(words);
    const { socket, session } = await openViewer(port, { ...OPEN_POLICY, clipboardFromMachine: false });
    const expected = Buffer.concat([SERVER_INIT, BELL, BELL]);
    await until(() => expected.length <= session().length);
    expect(session()).toEqual(expected);
    socket.terminate();
  });

  it("the viewer's own text still goes in", async () => {
    const { port, heard } = await machineThatSays(BELL);
    const { socket, session } = await openViewer(port, { ...OPEN_POLICY, clipboardFromMachine: false });
    await until(() => SERVER_INIT.length < session().length);
    socket.send(cutText(6, "hello"));
    await until(() => heard().equals(cutText(6, "hello")));
    socket.terminate();
  });

  it.each([
    ["an unknown message", Buffer.of(200)],
    ["text of 4 GiB", Buffer.of(3, 0, 0, 0, 0x7f, 255, 255, 255)],
  ])("a machine that sends %s is cut off", async (_what, words) => {
    const { port } = await machineThatSays(words);
    const { socket } = await openViewer(port, { ...OPEN_POLICY, clipboardFromMachine: false });
    expect((await closeOf(socket)).reason).toBe("target_protocol_error");
  });
});

describe("where the clipboard to the machine is closed", () => {
  const closed = { ...OPEN_POLICY, clipboardToMachine: false };
  const openIn = async (port: number): Promise<WebSocket> => {
    const { socket, session } = await openViewer(port, closed);
    await until(() => SERVER_INIT.length < session().length);
    return socket;
  };

  it("a viewer of one's own making gets no text in, in however many pieces", async () => {
    const { port, heard } = await machineThatSays(BELL);
    const socket = await openIn(port);
    for (const byte of cutText(6, "smuggled")) socket.send(Buffer.of(byte));
    socket.send(KEY);
    await until(() => KEY.length <= heard().length);
    expect(heard()).toEqual(KEY);
    socket.terminate();
  });

  it("a viewer that sends what nobody knows is cut off", async () => {
    const { port } = await machineThatSays(BELL);
    const socket = await openIn(port);
    socket.send(Buffer.of(99));
    expect((await closeOf(socket)).reason).toBe("viewer_protocol_error");
  });
});
