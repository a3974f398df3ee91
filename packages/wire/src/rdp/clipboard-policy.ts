/**
 * Which messages of the clipboard channel (MS-RDPECLIP) may pass, by direction of text and of files.
 *
 * INVARIANT: where a direction is closed, neither an announcement nor the data itself passes in it, whatever either side
 * says; a message that cannot be read is dropped. Files are recognised by the messages that carry their contents.
 */
import { concatBytes } from "../bytes/concat.ts";
import { readU16Le, readU32Le, u16Le, u32Le } from "../bytes/little-endian.ts";

export interface ClipboardPolicy {
  readonly clipboardToMachine: boolean;
  readonly clipboardFromMachine: boolean;
  readonly filesToMachine: boolean;
  readonly filesFromMachine: boolean;
}

export type Direction = "to-machine" | "to-viewer";

/** CLIPRDR_HEADER.msgType (§2.2.1). */
const MESSAGE = {
  formatList: 2,
  formatDataRequest: 4,
  formatDataResponse: 5,
  fileContentsRequest: 8,
  fileContentsResponse: 9,
} as const;

/** CHANNEL_PDU_HEADER (MS-RDPBCGR §2.2.6.1.1). */
const CHUNK = { first: 0x1, last: 0x2, compressed: 0x00200000 } as const;
const CHUNK_HEADER_BYTES = 4 /* length of the whole message */ + 4; /* flags */
const CLIP_HEADER_BYTES = 2 /* type */ + 2 /* flags */ + 4; /* length */

/** What becomes of one chunk: it passes, it is dropped, or another stands in for it. */
export type ChunkVerdict = "pass" | "drop" | { readonly instead: Uint8Array };

export function isClipboardOpen(policy: ClipboardPolicy): boolean {
  return Object.values(policy).every(Boolean);
}

/** Whether nothing at all may pass, so that the channel need not exist. */
export function isClipboardClosed({ clipboardToMachine, clipboardFromMachine }: ClipboardPolicy): boolean {
  return !clipboardToMachine && !clipboardFromMachine;
}

/** One direction of the channel. Chunks of one message share the verdict on its first. */
export class ClipboardGate {
  readonly #policy: ClipboardPolicy;
  readonly #direction: Direction;
  #isPassing = false;

  constructor(policy: ClipboardPolicy, direction: Direction) {
    this.#policy = policy;
    this.#direction = direction;
  }

  /** `chunk`: the payload of one message on the channel. */
  judge(chunk: Uint8Array): ChunkVerdict {
    if (chunk.length < CHUNK_HEADER_BYTES) return "drop";
    const flags = readU32Le(chunk, 4);
    if ((flags & CHUNK.compressed) !== 0) return "drop";
    if ((flags & CHUNK.first) === 0) return this.#isPassing ? "pass" : "drop";
    this.#isPassing = false;
    if (chunk.length < CHUNK_HEADER_BYTES + CLIP_HEADER_BYTES) return "drop";
    const type = readU16Le(chunk, CHUNK_HEADER_BYTES);
    if (this.#mayPass(type)) {
      this.#isPassing = true;
      return "pass";
    }
    // Both sides wait for the first announcement; an empty one says that there is nothing to have.
    return type === MESSAGE.formatList ? { instead: EMPTY_LIST } : "drop";
  }

  #mayPass(type: number): boolean {
    const isToMachine = this.#direction === "to-machine";
    const { clipboardToMachine, clipboardFromMachine, filesToMachine, filesFromMachine } = this.#policy;
    // A request goes against the direction of the data that it asks for.
    const [textAlong, textAgainst] = isToMachine
      ? [clipboardToMachine, clipboardFromMachine]
      : [clipboardFromMachine, clipboardToMachine];
    const [filesAlong, filesAgainst] = isToMachine
      ? [filesToMachine, filesFromMachine]
      : [filesFromMachine, filesToMachine];
    switch (type) {
      case MESSAGE.formatList:
      case MESSAGE.formatDataResponse:
        return textAlong;
      case MESSAGE.formatDataRequest:
        return textAgainst;
      // Files are announced and named by data of a format, so they need the clipboard of their direction too.
      case MESSAGE.fileContentsResponse:
        return textAlong && filesAlong;
      case MESSAGE.fileContentsRequest:
        return textAgainst && filesAgainst;
      default:
        return true;
    }
  }
}

const EMPTY_LIST = concatBytes([
  u32Le(CLIP_HEADER_BYTES, CHUNK.first | CHUNK.last),
  u16Le(MESSAGE.formatList, 0),
  u32Le(0),
]);
