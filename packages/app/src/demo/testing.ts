/** A small real RFB viewer for the demo desktop's tests: it signs in, asks, decodes ZRLE and Raw, and keeps the picture. */
import { createCipheriv } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { constants, createInflate } from "node:zlib";
import {
  advanceClient,
  ByteQueue,
  bytesOfLatin1,
  CLIENT_BEGIN,
  type ClientState,
  ENCODING,
  latin1,
  readS32,
  readU8,
  readU16,
  readU32,
  vncAuthKey,
  writeU16,
  writeU32,
} from "@deskgate/wire";
import { Canvas } from "./canvas/canvas.ts";
import type { Rect } from "./canvas/rect.ts";
import { decodeZrleTiles, unpackedPixels } from "./viewer/testing.ts";

/** A stream of bytes that can be asked for so many. */
class Incoming {
  readonly #socket: Socket;
  readonly #queue = new ByteQueue();
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => {
      this.#queue.push(chunk);
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => this.#wake());
  }

  peek(): Uint8Array {
    return this.#queue.peek();
  }

  drop(count: number): void {
    this.#queue.drop(count);
  }

  async more(): Promise<void> {
    if (this.#socket.destroyed) throw new Error("connection is closed");
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  async take(count: number): Promise<Uint8Array> {
    while (this.#queue.length < count) await this.more();
    const taken = this.#queue.peek().slice(0, count);
    this.#queue.drop(count);
    return taken;
  }
}

export interface Arrived {
  readonly rectangles: readonly (Rect & { readonly encoding: number })[];
}

export class TestViewer {
  readonly socket: Socket;
  readonly #incoming: Incoming;
  readonly #inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
  picture = new Canvas(1, 1);
  name = "";
  clipboard = "";

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.#incoming = new Incoming(this.socket);
  }

  /** Signs in and reads ServerInit; gives the state in which the handshake ended. */
  async signIn(password: string): Promise<ClientState> {
    const answerChallenge = (challenge: Uint8Array) => desEncrypted(password, challenge);
    let state: ClientState = CLIENT_BEGIN;
    while (state.at !== "agreed" && state.at !== "failed") {
      const step = advanceClient(state, this.#incoming.peek(), { answerChallenge, isShared: true });
      this.#incoming.drop(step.consumed);
      if (step.send) this.socket.write(step.send);
      if (step.next === state) await this.#incoming.more();
      state = step.next;
    }
    if (state.at === "agreed") await this.#takeServerInit();
    return state;
  }

  askEncodings(encodings: readonly number[]): void {
    const message = new Uint8Array(4 + 4 * encodings.length);
    message[0] = 2;
    writeU16(message, 2, encodings.length);
    encodings.forEach((encoding, i) => {
      writeU32(message, 4 + 4 * i, encoding >>> 0);
    });
    this.socket.write(message);
  }

  askUpdate(isIncremental: boolean): void {
    const { width, height } = this.picture.bounds;
    const message = Uint8Array.of(3, isIncremental ? 1 : 0, 0, 0, 0, 0, 0, 0, 0, 0);
    writeU16(message, 6, width);
    writeU16(message, 8, height);
    this.socket.write(message);
  }

  askSize(width: number, height: number): void {
    const message = new Uint8Array(8 + 16);
    message[0] = 251;
    writeU16(message, 2, width);
    writeU16(message, 4, height);
    message[6] = 1;
    this.socket.write(message);
  }

  pressKey(keysym: number): void {
    for (const isDown of [1, 0]) {
      const message = Uint8Array.of(4, isDown, 0, 0, 0, 0, 0, 0);
      writeU32(message, 4, keysym);
      this.socket.write(message);
    }
  }

  movePointer(x: number, y: number, buttons: number): void {
    const message = Uint8Array.of(5, buttons, 0, 0, 0, 0);
    writeU16(message, 2, x);
    writeU16(message, 4, y);
    this.socket.write(message);
  }

  /** The next update, decoded into the picture; clipboard messages before it are kept. */
  async nextUpdate(): Promise<Arrived> {
    while (readU8(await this.#incoming.take(1), 0) === 3) {
      const length = readU32(await this.#incoming.take(7), 3);
      this.clipboard = latin1(await this.#incoming.take(length));
    }
    const count = readU16(await this.#incoming.take(3), 1);
    const rectangles = [];
    for (let i = 0; i < count; i++) rectangles.push(await this.#takeRectangle());
    return { rectangles };
  }

  /** Updates until `isEnough` says so; changes that come one by one may arrive in any number of updates. */
  async updateUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      this.askUpdate(true);
      await this.nextUpdate();
    }
  }

  async closed(): Promise<void> {
    if (!this.socket.destroyed) await once(this.socket, "close");
  }

  close(): void {
    this.#inflate.destroy();
    this.socket.destroy();
  }

  async #takeServerInit(): Promise<void> {
    const head = await this.#incoming.take(24);
    this.picture = new Canvas(readU16(head, 0), readU16(head, 2));
    this.name = latin1(await this.#incoming.take(readU32(head, 20)));
  }

  async #takeRectangle(): Promise<Rect & { encoding: number }> {
    const head = await this.#incoming.take(12);
    const [x, y, width, height] = [0, 2, 4, 6].map((at) => readU16(head, at)) as [
      number,
      number,
      number,
      number,
    ];
    const encoding = readS32(head, 8);
    const rect = { x, y, width, height };
    if (encoding === ENCODING.raw)
      this.#put(rect, unpackedPixels(await this.#incoming.take(4 * width * height), 4));
    if (encoding === ENCODING.zrle) await this.#takeZrle(rect);
    if (encoding === ENCODING.cursor) await this.#incoming.take((4 * width + Math.ceil(width / 8)) * height);
    if (encoding === ENCODING.extendedDesktopSize) await this.#takeSize(rect);
    return { ...rect, encoding };
  }

  async #takeSize({ width, height }: Rect): Promise<void> {
    await this.#incoming.take(16 * readU8(await this.#incoming.take(4), 0));
    if (width !== this.picture.bounds.width || height !== this.picture.bounds.height)
      this.picture = new Canvas(width, height);
  }

  async #takeZrle(rect: Rect): Promise<void> {
    const packed = await this.#incoming.take(readU32(await this.#incoming.take(4), 0));
    const pieces: Buffer[] = [];
    const collect = (piece: Buffer) => pieces.push(piece);
    this.#inflate.on("data", collect);
    await new Promise<void>((resolve) => this.#inflate.write(packed, () => resolve()));
    this.#inflate.off("data", collect);
    decodeZrleTiles(Buffer.concat(pieces), rect, (tile, pixels) => this.#put(tile, pixels));
  }

  #put({ x, y, width, height }: Rect, pixels: readonly number[]): void {
    for (let row = 0; row < height; row++)
      this.picture.pixels.set(
        pixels.slice(row * width, (row + 1) * width),
        (y + row) * this.picture.bounds.width + x,
      );
  }
}

function desEncrypted(password: string, block: Uint8Array): Uint8Array {
  const key = vncAuthKey(bytesOfLatin1(password));
  const cipher = createCipheriv("des-ede3-ecb", Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return cipher.update(block);
}
