import { Writable } from "node:stream";
import { ENCODING } from "@deskgate/wire";
import { afterEach, expect, it } from "vitest";
import { loadFonts } from "../font/fonts.ts";
import { Machine } from "../machine.ts";
import { ViewerSession } from "./viewer-session.ts";

const ASK_ENCODINGS = Uint8Array.of(2, 0, 0, 1, 0, 0, 0, ENCODING.zrle);
const ASK_EVERYTHING = Uint8Array.of(3, 0, 0, 0, 0, 0, 5, 0, 3, 32);
const TYPE_A = Uint8Array.of(4, 1, 0, 0, 0, 0, 0, 0x61);
const COPY = Uint8Array.of(
  ...[4, 1, 0, 0, 0, 0, 0xff, 0xe3],
  ...[4, 1, 0, 0, 0, 0, 0, 0x63],
  ...[4, 0, 0, 0, 0, 0, 0xff, 0xe3],
);

/** A connection whose other end takes nothing until it is told to. */
class StuckConnection extends Writable {
  readonly waiting: { readonly bytes: Buffer; readonly taken: () => void }[] = [];
  onWrite: () => void = () => {};

  override _write(bytes: Buffer, _encoding: string, taken: () => void): void {
    this.waiting.push({ bytes, taken });
    this.onWrite();
  }

  async takeNext(): Promise<Buffer> {
    if (this.waiting.length === 0) {
      await new Promise<void>((resolve) => {
        this.onWrite = resolve;
      });
    }
    const next = this.waiting.shift();
    next?.taken();
    return next?.bytes ?? Buffer.alloc(0);
  }
}

const sessions: ViewerSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.end();
});

it("a viewer that asks and copies but never reads gets one message at a time", async () => {
  const connection = new StuckConnection();
  const session = new ViewerSession(connection, new Machine(loadFonts(), () => new Date()));
  sessions.push(session);
  session.begin();
  session.feed(ASK_ENCODINGS);
  session.feed(ASK_EVERYTHING);
  expect((await connection.takeNext()).readUInt16BE(0)).toBe(1280);
  await expect.poll(() => connection.waiting.length).toBe(1);
  for (let i = 0; i < 500; i++) for (const message of [ASK_EVERYTHING, TYPE_A, COPY]) session.feed(message);
  await new Promise((resolve) => setImmediate(resolve));
  expect(connection.waiting.length).toBe(1);
  expect(connection.writableLength).toBeLessThan(1024 * 1024);
  // Once it reads again, the newest text comes once.
  const texts: Buffer[] = [];
  while (texts.length === 0) {
    const bytes = await connection.takeNext();
    if (bytes[0] === 3 && bytes.readUInt32BE(4) === bytes.length - 8) texts.push(bytes);
  }
  expect(texts[0]?.subarray(8).toString("latin1")).toBe("a".repeat(500));
});
