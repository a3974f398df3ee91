/**
 * Files over RDP's clipboard channel (MS-RDPECLIP §3.1.5.4): the desktop's are fetched piece by piece, ours are read as
 * the desktop asks for them.
 *
 * RDP has no message that takes back a file which is being read, and xrdp takes every answer that is an error for the end
 * of the file, so that half a file would look like a whole one. So such a file is withdrawn with its connection: whoever
 * reads it there gets an input/output error. INVARIANT: nothing is answered after that.
 */

import type { Policy } from "@deskgate/contract";
import type { Session } from "@devolutions/iron-remote-desktop";
import {
  type FileContentsRequest,
  type FileContentsResponse,
  type FileInfo,
  fileContentsRequestCallback,
  fileContentsResponseCallback,
  filesAvailableCallback,
  initiateFileCopy,
  lockCallback,
  locksExpiredCallback,
  requestFileContents,
  submitFileContents,
  unlockCallback,
} from "@devolutions/iron-remote-desktop-rdp";
import type { ClipboardFile, ClipboardFiles, FetchOptions, UploadProgress } from "../clipboard-files.ts";

const FLAG = { size: 1, range: 2 } as const;
/** What servers are known to give in one piece. */
const PIECE_BYTES = 64 * 1024;
/** LIMIT: one piece; a desktop that asks for more at once is refused. */
const MAX_ASKED_BYTES = 16 * 1024 * 1024;
/** LIMIT: a file that is fetched, which the browser keeps in memory or its own store. */
const MAX_FETCH_BYTES = 4 * 1024 ** 3;
const PIECE_DEADLINE_MS = 60_000;
const QUESTIONS_AT_ONCE = 4;
/** Loose pieces lie in memory; a blob may lie on the disk. */
const PIECES_PER_BLOB = 64;

type Piece = Uint8Array<ArrayBuffer> | undefined;

export class FileClipboard implements ClipboardFiles {
  readonly mayFetch: boolean;
  readonly mayOffer: boolean;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Map<number, (piece: Piece) => void>();
  #session: Session | undefined;
  #available: readonly FileInfo[] = [];
  #lockId: number | undefined;
  #ours: readonly File[] = [];
  #onUpload: (progress: UploadProgress) => void = () => undefined;
  readonly #onCutOff: () => void;
  /** Bytes that the desktop has read of each of ours. */
  #given = new Map<number, number>();
  #isCutOff = false;
  #nextStream = 1;

  /** `onCutOff`: the connection has to end, because of a file that is not to be read on. */
  constructor(policy: Policy, onCutOff: () => void) {
    this.#onCutOff = onCutOff;
    this.mayFetch = policy.filesFromMachine && policy.clipboardFromMachine;
    this.mayOffer = policy.filesToMachine && policy.clipboardToMachine;
  }

  /** To be called again for each session builder. */
  extensions() {
    return [
      filesAvailableCallback((files, lockId) => this.#setAvailable(files, lockId)),
      fileContentsRequestCallback((request) => void this.#answer(request)),
      fileContentsResponseCallback((response) => this.#onPiece(response)),
      // IronRDP offers files only where all six are there; it holds the locks itself.
      lockCallback(() => undefined),
      unlockCallback(() => undefined),
      locksExpiredCallback(() => this.#setAvailable([], undefined)),
    ];
  }

  attach(session: Session): void {
    this.#session = session;
  }

  offered(): readonly ClipboardFile[] {
    return this.#available.map(({ name, size }) => ({ name, size }));
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async fetch(index: number, { onProgress, signal }: FetchOptions): Promise<Blob> {
    const file = this.#available[index];
    if (!file || !this.mayFetch) throw new Error("not offered");
    const size = file.size === 0 ? await this.#askSize(index) : file.size;
    if (MAX_FETCH_BYTES < size) throw new Error("too large");
    const pieces = new PieceStore();
    const coming: Promise<Piece>[] = [];
    let asked = 0;
    while (pieces.bytes < size) {
      if (signal.aborted) throw new Error("cancelled");
      // Several questions at once, because each answer takes a round trip; they come back in order.
      for (; coming.length < QUESTIONS_AT_ONCE && asked < size; asked += PIECE_BYTES)
        coming.push(this.#ask({ index, flags: FLAG.range, position: asked, size: PIECE_BYTES }));
      const piece = await coming.shift();
      const isWhole = piece?.length === Math.min(PIECE_BYTES, size - pieces.bytes);
      if (!piece || !isWhole) throw new Error("not given");
      pieces.add(piece);
      onProgress(pieces.bytes);
    }
    return pieces.whole();
  }

  offer(files: readonly File[], onProgress: (progress: UploadProgress) => void): void {
    if (!this.mayOffer || this.#isCutOff) return;
    if (this.#isBeingRead()) {
      this.#isCutOff = true;
      this.#onCutOff();
      return;
    }
    this.#given = new Map();
    this.#ours = files;
    this.#onUpload = onProgress;
    const infos = files.map(({ name, size, lastModified }) => ({ name, size, lastModified }));
    this.#session?.invokeExtension(initiateFileCopy(infos));
  }

  #setAvailable(files: readonly FileInfo[], lockId: number | undefined): void {
    this.#available = files.filter(({ isDirectory }) => isDirectory !== true);
    this.#lockId = lockId;
    for (const listener of this.#listeners) listener();
  }

  async #askSize(index: number): Promise<number> {
    const piece = await this.#ask({ index, flags: FLAG.size, position: 0, size: 8 });
    if (piece?.length !== 8) throw new Error("not given");
    return Number(new DataView(piece.buffer, piece.byteOffset).getBigUint64(0, true));
  }

  #ask(asked: {
    readonly index: number;
    readonly flags: number;
    readonly position: number;
    readonly size: number;
  }): Promise<Piece> {
    const stream = this.#nextStream++;
    return new Promise((resolve) => {
      const settle = (piece: Piece) => {
        clearTimeout(deadline);
        this.#waiting.delete(stream);
        resolve(piece);
      };
      const deadline = setTimeout(() => settle(undefined), PIECE_DEADLINE_MS);
      this.#waiting.set(stream, settle);
      const { index, flags, position, size } = asked;
      this.#session?.invokeExtension(
        requestFileContents({
          ...{ stream_id: stream, file_index: index, flags, position, size },
          ...(this.#lockId === undefined ? {} : { clip_data_id: this.#lockId }),
        }),
      );
    });
  }

  #onPiece({ streamId, isError, data }: FileContentsResponse): void {
    // The bytes lie in the WebAssembly's memory, which moves.
    this.#waiting.get(streamId)?.(isError ? undefined : new Uint8Array(data));
  }

  async #answer({ streamId, index, flags, position, size }: FileContentsRequest): Promise<void> {
    if (this.#isCutOff) return;
    const file = this.#ours[index];
    const isWrong = !file || !this.mayOffer || MAX_ASKED_BYTES < size;
    const data = isWrong
      ? undefined
      : flags === FLAG.size
        ? sizeBytes(file.size)
        : await readPiece(file, position, size);
    if (this.#isCutOff) return;
    // Withdrawn while it was read.
    const isError = data === undefined || this.#ours[index] !== file;
    this.#session?.invokeExtension(
      submitFileContents({
        stream_id: streamId,
        is_error: isError,
        data: isError ? new Uint8Array(0) : data,
      }),
    );
    if (isError || flags !== FLAG.range) return;
    const bytes = position + data.length;
    this.#given.set(index, bytes);
    this.#onUpload({ index, bytes });
  }

  #isBeingRead(): boolean {
    return this.#ours.some(({ size }, index) => {
      const given = this.#given.get(index) ?? 0;
      return 0 < given && given < size;
    });
  }
}

class PieceStore {
  #blob = new Blob([]);
  #loose: Uint8Array<ArrayBuffer>[] = [];
  bytes = 0;

  add(piece: Uint8Array<ArrayBuffer>): void {
    this.#loose.push(piece);
    this.bytes += piece.length;
    if (PIECES_PER_BLOB <= this.#loose.length) this.whole();
  }

  whole(): Blob {
    this.#blob = new Blob([this.#blob, ...this.#loose]);
    this.#loose = [];
    return this.#blob;
  }
}

function sizeBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size), true);
  return bytes;
}

async function readPiece(file: File, position: number, size: number): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await file.slice(position, position + size).arrayBuffer());
  } catch {
    return undefined;
  }
}
