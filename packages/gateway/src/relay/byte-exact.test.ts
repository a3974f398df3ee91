/**
 * The relay's technique rests on a property of Node's TLS write path (transport/node-connection.ts). This is its guard:
 * many tunnels at once, random sizes and pauses on both sides, every byte compared. Run it on every Node upgrade.
 */
import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { type GatewayUnderTest, startGateway } from "../testing.ts";

const TUNNELS = 200;
const BYTES_EACH_WAY = 3_000_000;

/** Bytes that both ends can compute from a seed and a position (xorshift32), so nothing has to be kept to compare. */
class Pattern {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  next(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) bytes[i] = this.#step() & 255;
    return bytes;
  }

  #step(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x;
  }
}

/** Sizes and pauses, repeatable from a seed. */
function* rhythm(seed: number): Generator<{ size: number; pauseMs: number }, never> {
  const random = new Pattern(seed * 7919 + 3);
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0] = random.next(4);
    const size = d < 20 ? 200_000 + a * 100 : d < 100 ? 1 + a : 1 + ((a << 6) | (b & 63));
    yield { size, pauseMs: c < 6 ? 1 + (c % 5) : 0 };
  }
}

async function send(seed: number, write: (bytes: Buffer) => Promise<void>): Promise<void> {
  const pattern = new Pattern(seed);
  const steps = rhythm(seed);
  for (let left = BYTES_EACH_WAY; 0 < left; ) {
    const { size, pauseMs } = steps.next().value;
    const bytes = pattern.next(Math.min(left, size));
    left -= bytes.length;
    await write(bytes);
    if (0 < pauseMs) await sleep(pauseMs);
  }
}

/** Compares what arrives; settles when all of it has come, rejects at the first wrong byte. Asks for a pause now and then. */
class Checker {
  readonly done = Promise.withResolvers<void>();
  readonly #pattern: Pattern;
  #seen = 0;

  constructor(seed: number) {
    this.#pattern = new Pattern(seed);
  }

  take(bytes: Buffer): void {
    const expected = this.#pattern.next(bytes.length);
    if (!expected.equals(bytes)) {
      this.done.reject(new Error(`wrong byte after ${this.#seen} bytes`));
      return;
    }
    this.#seen += bytes.length;
    if (this.#seen === BYTES_EACH_WAY) this.done.resolve();
    if (BYTES_EACH_WAY < this.#seen) this.done.reject(new Error("too many bytes"));
  }
}

function listenForTargets(onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onSocket);
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      done({ server, port: typeof address === "object" && address ? address.port : 0 });
    }),
  );
}

const writeTcp = (socket: Socket) => (bytes: Buffer) =>
  new Promise<void>((done) => (socket.write(bytes) ? done() : socket.once("drain", () => done())));

const writeWebSocket = (socket: WebSocket) => (bytes: Buffer) =>
  new Promise<void>((done, fail) =>
    socket.send(bytes, { binary: true, fin: true }, (error) => (error ? fail(error) : done())),
  );

describe("the relay under backpressure", () => {
  let rig: GatewayUnderTest;
  beforeAll(async () => {
    rig = await startGateway();
  });
  afterAll(() => rig.close());

  it(`carries every byte both ways through ${TUNNELS} tunnels at once`, async () => {
    const checks: Promise<void>[] = [];
    let next = 1;
    const { server, port } = await listenForTargets((socket) => {
      // The first four bytes say which tunnel this is.
      socket.once("data", (first) => {
        const seed = first.readUInt32BE(0);
        const checker = new Checker(seed + 10_000);
        checks.push(checker.done.promise, send(seed, writeTcp(socket)));
        if (4 < first.length) checker.take(first.subarray(4));
        socket.on("data", (bytes: Buffer) => {
          checker.take(bytes);
          pauseNowAndThen(bytes, socket);
        });
      });
    });
    const viewers: WebSocket[] = [];
    await Promise.all(
      Array.from({ length: TUNNELS }, async () => {
        const seed = next++;
        const { ticket } = await rig.reserve({ port });
        const viewer = rig.connect(ticket);
        viewers.push(viewer);
        const checker = new Checker(seed);
        viewer.on("message", (bytes: Buffer) => {
          checker.take(bytes);
          pauseNowAndThen(bytes, viewer);
        });
        await new Promise((done, fail) => viewer.once("open", done).once("error", fail));
        const mark = Buffer.alloc(4);
        mark.writeUInt32BE(seed);
        viewer.send(mark);
        await Promise.all([send(seed + 10_000, writeWebSocket(viewer)), checker.done.promise]);
      }),
    );
    await Promise.all(checks);
    expect(checks).toHaveLength(2 * TUNNELS);
    for (const viewer of viewers) viewer.close();
    server.close();
  }, 120_000);

  it("keeps memory flat while a viewer does not read", async () => {
    let sent = 0;
    const { server, port } = await listenForTargets((socket) => {
      const flood = Buffer.alloc(64 * 1024);
      const pump = () => {
        while (socket.write(flood)) sent += flood.length;
        sent += flood.length;
        socket.once("drain", pump);
      };
      socket.on("error", () => {});
      pump();
    });
    const { ticket } = await rig.reserve({ port });
    const viewer = rig.connect(ticket);
    viewer.pause();
    await new Promise((done, fail) => viewer.once("open", done).once("error", fail));
    viewer.pause();
    await settled(() => sent);
    const before = process.memoryUsage().rss;
    const sentBefore = sent;
    await sleep(2_000);
    expect(sent - sentBefore).toBeLessThan(1_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(20_000_000);
    // Bounded by the sockets' own buffers: what was taken from the target is far from endless.
    expect(sent).toBeLessThan(64_000_000);
    viewer.terminate();
    server.close();
  });

  it("passes any message whole, whatever its length", async () => {
    const { server, port } = await listenForTargets((socket) => socket.pipe(socket));
    const { ticket } = await rig.reserve({ port });
    const viewer = rig.connect(ticket);
    await new Promise((done, fail) => viewer.once("open", done).once("error", fail));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.constantFrom(1, 125, 126, 127, 65_535, 65_536, 262_144, 262_145),
          fc.integer({ min: 1, max: 600_000 }),
        ),
        async (length) => {
          const bytes = new Pattern(length).next(length);
          const back: Buffer[] = [];
          let have = 0;
          const echoed = new Promise<void>((done) =>
            viewer.on("message", function take(piece: Buffer) {
              back.push(piece);
              have += piece.length;
              if (have < length) return;
              viewer.off("message", take);
              done();
            }),
          );
          viewer.send(bytes);
          await echoed;
          expect(Buffer.concat(back).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
    viewer.close();
    server.close();
  });
});

/** Some chunks make the reader stop for a moment, so that both queues fill and drain over and over. */
function pauseNowAndThen(bytes: Buffer, socket: { pause(): void; resume(): void }): void {
  if ((bytes[0] ?? 0) < 235) return;
  socket.pause();
  setTimeout(() => socket.resume(), 2);
}

/** Waits until a number stops changing. */
async function settled(read: () => number): Promise<void> {
  for (let last = -1; last !== read(); ) {
    last = read();
    await sleep(300);
  }
}
