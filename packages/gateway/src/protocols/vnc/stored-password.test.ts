/** Machines whose VNC password only the gateway knows, honest ones and hostile ones. */
import { once } from "node:events";
import type { Socket } from "node:net";
import type { EndReason } from "@deskgate/contract";
import { advanceServer, SERVER_BEGIN, SERVER_GREETING, type ServerState } from "@deskgate/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { closeOf, endTold, FakeMachines, type GatewayUnderTest, startGateway } from "../../testing.ts";
import { answerChallenge } from "./vnc-password.ts";

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
const toldOfTheEnd = (connectionId: string) => endTold(rig, connectionId);

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
