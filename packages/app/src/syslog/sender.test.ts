import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { ensureSelfSigned } from "@deskgate/gateway";
import { afterEach, describe, expect, test } from "vitest";
import { openSyslogSender, type SyslogSender } from "./sender.ts";

const quiet = () => {};
const log = { error: quiet, warn: quiet, info: quiet, debug: quiet };
const opened: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Collects octet-counted messages (RFC 6587 §3.4.1). */
class Collected {
  readonly messages: string[] = [];
  #held = Buffer.alloc(0);
  #waiting: (() => void)[] = [];

  take(piece: Buffer): void {
    this.#held = Buffer.concat([this.#held, piece]);
    for (;;) {
      const [head, count] = /^(\d+) /.exec(this.#held.toString("latin1")) ?? [];
      const end = (head?.length ?? 0) + Number(count);
      if (head === undefined || this.#held.length < end) break;
      this.messages.push(this.#held.subarray(head.length, end).toString());
      this.#held = this.#held.subarray(end);
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(count: number): Promise<readonly string[]> {
    while (this.messages.length < count) await new Promise<void>((done) => this.#waiting.push(done));
    return this.messages;
  }
}

async function listen(server: Server, port = 0): Promise<number> {
  await once(server.listen(port, "127.0.0.1"), "listening");
  opened.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function open(
  transport: "udp" | "tcp" | "tls",
  port: number,
  more: { ca?: string; host?: string; max?: number } = {},
) {
  const at = { transport, host: more.host ?? "127.0.0.1", port, authorities: more.ca };
  const sender: SyslogSender = openSyslogSender(at, log, more.max);
  opened.push(() => sender.close());
  return sender;
}

test("over TCP messages arrive whole and in order, whatever stands in them", async () => {
  const collected = new Collected();
  const port = await listen(createServer((socket) => socket.on("data", (piece) => collected.take(piece))));
  const sender = open("tcp", port);
  for (let index = 0; index < 200; index++) sender.send(`12 message ${index} ü`);
  const messages = await collected.until(200);
  expect(messages).toEqual(Array.from({ length: 200 }, (_, index) => `12 message ${index} ü`));
  expect(sender.counts()).toMatchObject({ dropped: 0 });
});

test("a connection that breaks is made again, and what waited is sent", async () => {
  const collected = new Collected();
  const sockets: Socket[] = [];
  const take = (socket: Socket) => {
    sockets.push(socket);
    socket.on("error", quiet);
    socket.on("data", (piece) => collected.take(piece));
  };
  const first = createServer(take);
  const port = await listen(first);
  const sender = open("tcp", port);
  sender.send("one");
  await collected.until(1);
  const gone = once(first, "close");
  first.close();
  for (const socket of sockets) socket.destroy();
  await gone;
  // Nobody listens now: these wait. The first may still go into the broken connection and be lost, as syslog has it.
  for (const message of ["two", "three", "four"]) sender.send(message);
  await listen(createServer(take), port);
  await collected.until(3);
  expect(collected.messages.slice(-2)).toEqual(["three", "four"]);
});

test("a collector that is away costs no more than the queue, and every drop is counted", async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  const sender = open("tcp", port, { max: 10 });
  for (let index = 0; index < 25; index++) sender.send("x");
  expect(sender.counts()).toEqual({ sent: 0, dropped: 15, queued: 10 });
});

test("over UDP each message is one datagram", async () => {
  const socket = createSocket("udp4");
  opened.push(() => socket.close());
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.on("message", (message) => resolve(message.toString()));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  open("udp", socket.address().port).send("<109>1 hello");
  expect(await promise).toBe("<109>1 hello");
});

describe("over TLS", () => {
  async function collector() {
    const folder = await mkdtemp(join(tmpdir(), "deskgate-syslog-"));
    opened.push(() => rm(folder, { recursive: true }));
    const files = { certificateFile: join(folder, "c.pem"), keyFile: join(folder, "k.pem") };
    await ensureSelfSigned(files);
    const [cert, key] = [await readFile(files.certificateFile, "utf8"), await readFile(files.keyFile)];
    const collected = new Collected();
    const server = createTlsServer({ cert, key }, (socket) =>
      socket.on("data", (piece: Buffer) => collected.take(piece)),
    );
    server.on("tlsClientError", quiet);
    return { port: await listen(server), ca: cert, collected };
  }

  test("a collector whose certificate is vouched for gets the messages", async () => {
    const { port, ca, collected } = await collector();
    open("tls", port, { ca, host: "localhost" }).send("sealed");
    expect(await collected.until(1)).toEqual(["sealed"]);
  });

  test("a collector that nobody vouches for gets nothing", async () => {
    const { port, collected } = await collector();
    const at = { transport: "tls", host: "localhost", port, authorities: undefined } as const;
    const { promise: warned, resolve } = Promise.withResolvers<unknown>();
    const sender = openSyslogSender(at, { ...log, warn: ({ cause }) => resolve(cause) });
    opened.push(() => sender.close());
    sender.send("sealed");
    expect(String(await warned)).toMatch(/self.signed/i);
    expect(collected.messages).toEqual([]);
    expect(sender.counts()).toMatchObject({ sent: 0, queued: 1 });
  });
});
