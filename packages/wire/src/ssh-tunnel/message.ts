/** What both directions of the tunnel share: the shape of a parse, and messages about one file transfer. */
import { FieldReader } from "./fields.ts";

/** `malformed`: the frame cannot be understood; the tunnel must end. */
export type Parsed<Message> = Message | { readonly type: "malformed"; readonly reason: string };

/** Bytes of a file, up or down; who receives them has granted credit for them. */
export interface FileData {
  readonly type: "file-data";
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** So many more bytes of the transfer may be sent. */
export interface FileCredit {
  readonly type: "file-credit";
  readonly id: number;
  readonly bytes: number;
}

export const SHARED_TYPE = { fileData: 0x40, fileCredit: 0x41 } as const;

/** Bytes of a terminal or a file in one frame. */
export const MAX_PIECE_BYTES = 32 * 1024;

/** Bytes that may be under way before the first credit, and so at any time: what a flood can cost either side. */
export const TUNNEL_WINDOW = { input: 64 * 1024, output: 256 * 1024, file: 1024 * 1024 } as const;

/** Runs `read` over the payload and refuses what it leaves over. `what` names the message in the reason. */
export function parseWhole<Message>(
  payload: Uint8Array,
  what: string,
  read: (fields: FieldReader) => Message | undefined,
): Parsed<Message> {
  const fields = new FieldReader(payload);
  try {
    const message = read(fields);
    if (message === undefined) return { type: "malformed", reason: `${what} is unknown` };
    return fields.isDone ? message : { type: "malformed", reason: `${what} is too long` };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { type: "malformed", reason: `${what}: ${error.message}` };
  }
}
