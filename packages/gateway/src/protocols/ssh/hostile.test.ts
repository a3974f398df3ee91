/** SSH servers that mean harm, or cannot speak: each costs its own tunnel, within bounds, with a clear reason. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import {
  encodeViewerMessage,
  type GatewayMessage,
  parseGatewayMessage,
  TUNNEL_WINDOW,
  TunnelFrameReader,
  type ViewerMessage,
} from "@deskgate/wire";
import ssh2, {
  type AuthContext,
  type ClientInfo,
  type Connection,
  type ServerChannel,
  type SFTPWrapper,
} from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { type GatewayUnderTest, portOf, startGateway } from "../../testing.ts";

let rig: GatewayUnderTest;
const machines: { close(): unknown }[] = [];

beforeEach(async () => {
  rig = await startGateway();
});
afterEach(async () => {
  await rig.close();
  for (const machine of machines.splice(0)) machine.close();
});

async function machineThat(behave: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    behave(socket);
  });
  machines.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return portOf(server);
}

const HOST_KEY = ssh2.utils.generateKeyPairSync("ed25519").private;

/** A real SSH server with a will of its own. */
async function sshMachine(
  behave: (client: Connection, info: ClientInfo) => void,
  more: { readonly banner?: string } = {},
): Promise<number> {
  const server = new ssh2.Server({ hostKeys: [HOST_KEY], ...more }, (client, info) => {
    client.on("error", () => {});
    behave(client, info);
  });
  machines.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

interface Viewer {
  readonly messages: GatewayMessage[];
  readonly outputBytes: () => number;
  readonly closed: Promise<string>;
  send(message: ViewerMessage): void;
  until(isRight: (messages: readonly GatewayMessage[]) => boolean): Promise<void>;
}

async function view(port: number, credential: Record<string, string> = { username: "ada", password: "pw" }) {
  const { ticket } = await rig.reserve({ port }, { protocol: "ssh", credential });
  return viewerOf(rig.connect(ticket));
}

function viewerOf(socket: WebSocket): Viewer {
  const messages: GatewayMessage[] = [];
  let outputBytes = 0;
  const reader = new TunnelFrameReader({
    onFrame: (type, payload) => {
      const message = parseGatewayMessage(type, payload);
      if (message.type === "malformed") throw new Error(message.reason);
      if (message.type === "output") outputBytes += message.bytes.length;
      messages.push(message);
    },
  });
  socket.on("message", (data: Buffer) => void reader.feed(data));
  socket.on("error", () => {});
  const closed = once(socket, "close").then(([, reason]) => String(reason));
  return {
    messages,
    outputBytes: () => outputBytes,
    closed,
    send: (message) => socket.send(encodeViewerMessage(message)),
    until: async (isRight) => {
      while (!isRight(messages)) await new Promise((done) => setTimeout(done, 10));
    },
  };
}

function accept(
  client: Connection,
  onShell: (channel: ServerChannel) => void,
  onSftp?: (sftp: SFTPWrapper) => void,
): void {
  client.on("authentication", (context: AuthContext) => context.accept());
  client.on("session", (acceptSession) => {
    const session = acceptSession();
    session.on("pty", (acceptPty) => acceptPty?.());
    session.on("window-change", (acceptChange) => acceptChange?.());
    session.on("shell", (acceptShell) => onShell(acceptShell()));
    session.on("sftp", (acceptSftp) => onSftp?.(acceptSftp()));
  });
}

/** Half of them are names that no file may have. */
const ENDLESS_NAMES = Array.from({ length: 1_000 }, (_, i) => ({
  filename: i % 2 === 0 ? `../${i}` : `file-${i}`,
  longname: "",
  attrs: { mode: 0o100644, uid: 0, gid: 0, size: -1, atime: 0, mtime: 0 },
}));

const GREETING = "SSH-2.0-Hostile\r\n";

describe("a machine that speaks no good SSH", () => {
  it.each([
    [
      "garbage at once",
      (socket: Socket) => void socket.write(Buffer.alloc(100_000, 7)),
      "target_protocol_error",
    ],
    [
      "an endless line",
      (socket: Socket) => flood(socket, Buffer.alloc(65_536, 0x41)),
      "target_protocol_error",
    ],
    [
      "endless lines",
      (socket: Socket) => flood(socket, Buffer.from("hello\r\n".repeat(9_000))),
      "target_protocol_error",
    ],
    ["version 1", (socket: Socket) => void socket.write("SSH-1.5-Old\r\n"), "target_protocol_error"],
    [
      "garbage after its greeting",
      (socket: Socket) =>
        void socket.write(Buffer.concat([Buffer.from(GREETING), Buffer.alloc(50_000, 0xff)])),
      "target_protocol_error",
    ],
    [
      "a packet of 4 GiB",
      (socket: Socket) =>
        void socket.write(Buffer.concat([Buffer.from(GREETING), Buffer.from("ffffffff04140000", "hex")])),
      "target_protocol_error",
    ],
    [
      "an empty list of algorithms",
      (socket: Socket) => void socket.write(Buffer.concat([Buffer.from(GREETING), emptyKexInit()])),
      "target_protocol_refused",
    ],
    ["nothing more after its greeting", (socket: Socket) => void socket.end(GREETING), "target_lost"],
  ])("%s", async (_what, behave, reason) => {
    const before = process.memoryUsage().rss;
    const viewer = await view(await machineThat(behave));
    expect(await viewer.closed).toBe(reason);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it("is given no credential before its key was judged", async () => {
    await rig.close();
    rig = await startGateway({ judgeIdentity: async () => ({ verdict: "changed" }) });
    const asked: string[] = [];
    const port = await sshMachine((client) => {
      client.on("authentication", (context: AuthContext) => {
        asked.push(context.method);
        context.reject();
      });
    });
    const viewer = await view(port);
    expect(await viewer.closed).toBe("target_identity_changed");
    expect(asked).toEqual([]);
    expect(rig.told.find(({ name }) => name === "judgeIdentity")?.request).toMatchObject({
      kind: "host-key",
      description: expect.stringMatching(/^ssh-ed25519 SHA256:/),
    });
  });
});

function flood(socket: Socket, piece: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

/** RFC 4253 §7.1, with nothing to choose from. */
function emptyKexInit(): Buffer {
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16), Buffer.alloc(40), Buffer.alloc(5)]);
  const padding = 16 - ((5 + payload.length) % 8);
  const packet = Buffer.alloc(5 + payload.length + padding);
  packet.writeUInt32BE(1 + payload.length + padding, 0);
  packet[4] = padding;
  payload.copy(packet, 5);
  return packet;
}

describe("a machine that lets people in", () => {
  it("and floods the terminal gets no further than the viewer's credit", async () => {
    const port = await sshMachine((client) =>
      accept(client, (channel) => {
        const more = () => {
          while (channel.writable && channel.write(Buffer.alloc(32_768, 0x79)));
        };
        channel.on("drain", more);
        more();
      }),
    );
    const viewer = await view(port);
    await viewer.until(() => viewer.outputBytes() === TUNNEL_WINDOW.output);
    const before = process.memoryUsage().rss;
    await new Promise((done) => setTimeout(done, 500));
    expect(viewer.outputBytes()).toBe(TUNNEL_WINDOW.output);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
    viewer.send({ type: "output-credit", bytes: 1_000 });
    await viewer.until(() => viewer.outputBytes() === TUNNEL_WINDOW.output + 1_000);
  });

  it("asks and asks, and is answered by the person until it is enough", async () => {
    const port = await sshMachine((client) => {
      client.on("authentication", (context: AuthContext) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        const again = () => context.prompt([{ prompt: "More?\u001b[2J ", echo: true }], "T\u0007", "", again);
        again();
      });
    });
    const { ticket } = await rig.reserve({ port }, { protocol: "ssh", credential: { username: "ada" } });
    const viewer = viewerOf(rig.connect(ticket));
    let answered = 0;
    for (;;) {
      const questions = viewer.messages.filter((message) => message.type === "question");
      const next = questions[answered];
      if (next) {
        expect(next).toMatchObject({ title: "T", prompts: [{ text: "More?[2J", isSecret: false }] });
        viewer.send({ type: "answers", question: next.question, answers: ["yes"] });
        answered += 1;
      }
      const ended = await Promise.race([viewer.closed, new Promise((done) => setTimeout(done, 10))]);
      if (typeof ended !== "string") continue;
      expect(ended).toBe("target_protocol_error");
      break;
    }
    expect(answered).toBeLessThan(20);
  });

  it("talks at length before it does, and only the beginning is shown", async () => {
    const banner = "An account is locked after three wrong passwords. ".repeat(600);
    const port = await sshMachine(
      (client) => {
        client.on("authentication", (context: AuthContext) => context.reject(["password"]));
      },
      { banner },
    );
    const viewer = await view(port);
    // What it tells everybody is no word about this account.
    expect(await viewer.closed).toBe("target_authentication_failed");
    const banners = viewer.messages.filter((message) => message.type === "banner");
    expect(banners.map(({ text }) => text.length)).toEqual([4_000]);
  });

  it.each([
    ["The account is locked due to 3 failed logins.", "target_account_locked"],
    ["Your account has expired; please contact your system administrator.", "target_account_expired"],
    ["This account is disabled.", "target_account_disabled"],
    ["Your password has expired.", "target_password_expired"],
    ["The account is fine.", "target_authentication_failed"],
  ])("only says “%s” in place of a question", async (words, reason) => {
    let tries = 0;
    const port = await sshMachine((client) => {
      client.on("authentication", (context: AuthContext) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        tries += 1;
        context.prompt([], "", words, () => context.reject(["keyboard-interactive"]));
      });
    });
    const { ticket } = await rig.reserve({ port }, { protocol: "ssh", credential: { username: "ada" } });
    expect(await viewerOf(rig.connect(ticket)).closed).toBe(reason);
    // Asking again would keep the account locked.
    expect(tries).toBe(reason === "target_authentication_failed" ? 3 : 1);
  });

  it("wants a new password, and the person reads that", async () => {
    const port = await sshMachine((client) => {
      client.on("authentication", (context: AuthContext) => {
        if (context.method !== "password") return context.reject(["password"]);
        context.requestChange("A new one, please", () => {});
      });
    });
    expect(await (await view(port)).closed).toBe("target_password_expired");
  });

  it("names files without end, of which the viewer gets so many", async () => {
    const port = await sshMachine((client) =>
      accept(
        client,
        () => {},
        (sftp) => {
          sftp.on("OPENDIR", (id) => sftp.handle(id, Buffer.from("h")));
          sftp.on("READDIR", (id) => sftp.name(id, ENDLESS_NAMES));
          sftp.on("CLOSE", (id) => sftp.status(id, 0));
        },
      ),
    );
    const viewer = await view(port);
    await viewer.until((messages) => messages.some(({ type }) => type === "ready"));
    const before = process.memoryUsage().rss;
    viewer.send({ type: "file-request", id: 1, request: { op: "list", path: "/" } });
    await viewer.until((messages) => messages.some(({ type }) => type === "file-failed"));
    expect(viewer.messages.at(-1)).toMatchObject({ type: "file-failed", failure: "too-many" });
    const names = viewer.messages.flatMap((message) =>
      message.type === "file-entries" ? message.entries.map(({ name }) => name) : [],
    );
    expect([names.length, names.some((name) => name.includes("/"))]).toEqual([10_000, false]);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it("and prints on while nobody types does not keep the person from being away", async () => {
    const port = await sshMachine((client) =>
      accept(client, (channel) => {
        const timer = setInterval(() => channel.write("tick\n"), 20);
        channel.on("close", () => clearInterval(timer));
      }),
    );
    const credential = { username: "ada", password: "pw" };
    const { ticket } = await rig.reserve(
      { port },
      { protocol: "ssh", credential, limits: { idleMs: 1_500 } },
    );
    const viewer = viewerOf(rig.connect(ticket));
    await viewer.until(() => 0 < viewer.outputBytes());
    const credits = setInterval(() => viewer.send({ type: "output-credit", bytes: 10 }), 100);
    expect(await viewer.closed).toBe("idle_limit");
    clearInterval(credits);
  });

  it("ends the terminal, and the person reads that it ended", async () => {
    const port = await sshMachine((client) =>
      accept(client, (channel) => {
        channel.exit(0);
        channel.end();
      }),
    );
    const viewer = await view(port);
    expect(await viewer.closed).toBe("target_finished");
  });
});

describe("a viewer that breaks the rules", () => {
  const quiet = () => sshMachine((client) => accept(client, () => {}));

  it.each([
    ["sends more input than it may", { type: "input", bytes: new Uint8Array(60_000) }],
    ["wants an impossible terminal", { type: "resize", columns: 0, rows: 10 }],
  ] as const)("%s", async (_what, message) => {
    const viewer = await view(await quiet());
    await viewer.until((messages) => messages.some(({ type }) => type === "ready"));
    // The machine does not read, so no credit comes back.
    for (let i = 0; i < 200; i++) viewer.send(message);
    expect(await viewer.closed).toBe("viewer_protocol_error");
  });

  it("asks for files that policy keeps, and is refused at the gateway", async () => {
    const port = await quiet();
    const policy = { clipboardToMachine: true, clipboardFromMachine: true };
    const { ticket } = await rig.reserve(
      { port },
      {
        ...{ protocol: "ssh", credential: { username: "ada", password: "pw" } },
        policy: { ...policy, filesToMachine: false, filesFromMachine: false },
      },
    );
    const viewer = viewerOf(rig.connect(ticket));
    await viewer.until((messages) => messages.some(({ type }) => type === "ready"));
    const requests = [
      { op: "list", path: "." },
      { op: "download", path: "/etc/passwd" },
      { op: "upload", path: "x", size: 1, mayReplace: true },
      { op: "remove-file", path: "x" },
    ] as const;
    for (const [id, request] of requests.entries()) viewer.send({ type: "file-request", id, request });
    await viewer.until((messages) => messages.filter(({ type }) => type === "file-failed").length === 4);
    for (const message of viewer.messages)
      if (message.type === "file-failed") expect(message.failure).toBe("refused-by-policy");
  });
});
