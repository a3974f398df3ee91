/**
 * Makes a socket that is already open read into the shared buffer, as `net.connect({ onread })` does from the start.
 *
 * Node offers `onread` only to sockets that dial, and a viewer's socket was accepted. Without it every message of a
 * viewer costs an ArrayBuffer of its own, and collecting thousands of them a second is what p99 consists of
 * (docs/performance.md). So this sets what `onread` sets, in Node's own fields; where a Node version does not have them,
 * the answer is no and the socket goes on as before. `shared-read.test.ts` notices when that happens.
 */
import type { Socket } from "node:net";
import { readSpace } from "./read-buffer.ts";

/** What `onread` becomes inside a socket (Node lib/net.js, `kBuffer` and `kBufferCb`). */
interface Hooks {
  readonly buffer: symbol;
  readonly callback: symbol;
}

interface Insides {
  [field: symbol]: unknown;
  readonly _handle?: { readonly useUserBuffer?: (space: Buffer) => void };
}

let hooks: Hooks | undefined;

/**
 * `onRead` is told how many bytes are in the shared buffer, and returns false to stop reading. Answers false where
 * nothing was changed: the runtime has no such hook, or bytes wait that must be read first, in order.
 */
export function readIntoShared(socket: Socket, onRead: (length: number) => boolean): boolean {
  hooks ??= findHooks(socket);
  const insides = socket as unknown as Insides;
  const handle = insides._handle;
  if (!hooks || !handle?.useUserBuffer || 0 < socket.readableLength) return false;
  insides[hooks.buffer] = readSpace;
  insides[hooks.callback] = onRead;
  handle.useUserBuffer(readSpace);
  return true;
}

function findHooks(socket: Socket): Hooks | undefined {
  const named = (name: string) =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const buffer = named("kBuffer");
  const callback = named("kBufferCb");
  return buffer && callback && { buffer, callback };
}
