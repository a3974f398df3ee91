/**
 * The one buffer that all machine connections of the process read into, with head-room for a frame header in front.
 *
 * Node runs each read callback to its end before the next read, so one buffer serves every tunnel: no allocation per
 * read, and header and payload leave in one piece. With 512 KiB, bulk takes a sixth less CPU than with 256 (figures in
 * docs/performance.md). INVARIANT: nobody keeps a reference to its bytes beyond the callback.
 */
export const READ_HEAD_ROOM_BYTES = 16;
const READ_BYTES = 512 * 1024;

/** Head-room and read space. */
export const readBlock: Buffer = Buffer.allocUnsafeSlow(READ_HEAD_ROOM_BYTES + READ_BYTES);
/** Where the system may write. */
export const readSpace: Buffer = readBlock.subarray(READ_HEAD_ROOM_BYTES);
