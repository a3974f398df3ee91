/** The machine's files over the SSH tunnel: requests by number, transfers within credit. */
import {
  type FileEntry,
  type FileRequest,
  type GatewayMessage,
  MAX_PIECE_BYTES,
  TUNNEL_WINDOW,
  type TunnelPolicy,
  type ViewerMessage,
} from "@deskgate/wire";
import { type Folder, RemoteFileError, type RemoteFiles, type TransferOptions } from "../remote-files.ts";

type FileMessage = Extract<GatewayMessage, { readonly id: number }>;

/** Parts of a download are handed to the browser in lumps of this size, so that it may keep them on disk. */
const LUMP_BYTES = 4 * 1024 * 1024;
/** A file is read from disk in steps of this size. */
const READ_BYTES = 1024 * 1024;

interface Pending {
  readonly onMessage: (message: FileMessage) => void;
  readonly done: () => void;
  readonly failed: (error: RemoteFileError) => void;
}

export class SshFiles implements RemoteFiles {
  readonly mayDownload: boolean;
  readonly mayUpload: boolean;
  readonly #send: (message: ViewerMessage) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(policy: TunnelPolicy, send: (message: ViewerMessage) => void) {
    this.mayDownload = policy.filesFromMachine;
    this.mayUpload = policy.filesToMachine;
    this.#send = send;
  }

  receive(message: FileMessage): void {
    const pending = this.#pending.get(message.id);
    if (message.type === "file-done") pending?.done();
    else if (message.type === "file-failed")
      pending?.failed(new RemoteFileError(message.failure, message.detail));
    else pending?.onMessage(message);
  }

  /** The tunnel is gone. */
  close(): void {
    for (const { failed } of this.#pending.values()) failed(new RemoteFileError("unavailable"));
  }

  async open(path: string): Promise<Folder> {
    let absolute = path;
    await this.#ask({ op: "resolve", path }, (message) => {
      if (message.type === "file-path") absolute = message.path;
    });
    const entries: FileEntry[] = [];
    const isCut = await this.#ask({ op: "list", path: absolute }, (message) => {
      if (message.type === "file-entries") entries.push(...message.entries);
    }).then(
      () => false,
      (error: unknown) => isTooMany(error) || Promise.reject(error),
    );
    const shown = entries.map((entry) => ({ ...entry, modifiedAt: entry.modifiedAt * 1000 }));
    return { path: absolute, entries: shown, isCut };
  }

  makeFolder(path: string): Promise<void> {
    return this.#ask({ op: "make-folder", path });
  }

  rename(path: string, to: string): Promise<void> {
    return this.#ask({ op: "rename", path, to });
  }

  remove(path: string, kind: FileEntry["kind"]): Promise<void> {
    return this.#ask({ op: kind === "folder" ? "remove-folder" : "remove-file", path });
  }

  async download(path: string, { onProgress, signal }: TransferOptions): Promise<Blob> {
    const lumps: Blob[] = [];
    let pieces: Uint8Array<ArrayBuffer>[] = [];
    let held = 0;
    let received = 0;
    let total = 0;
    const lump = () => {
      lumps.push(new Blob(pieces));
      pieces = [];
      held = 0;
    };
    await this.#ask(
      { op: "download", path },
      (message) => {
        if (message.type === "file-size") total = message.size;
        if (message.type !== "file-data") return;
        pieces.push(message.bytes.slice());
        held += message.bytes.length;
        received += message.bytes.length;
        if (LUMP_BYTES <= held) lump();
        this.#send({ type: "file-credit", id: message.id, bytes: MAX_PIECE_BYTES });
        onProgress(received, total);
      },
      { signal, begin: (id) => this.#send({ type: "file-credit", id, bytes: TUNNEL_WINDOW.file }) },
    );
    lump();
    return new Blob(lumps);
  }

  async upload(
    path: string,
    file: File,
    { mayReplace, onProgress, signal }: TransferOptions & { readonly mayReplace: boolean },
  ): Promise<void> {
    const credit = new Credit();
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    either.addEventListener("abort", () => credit.add(0));
    const finished = this.#ask(
      { op: "upload", path, size: file.size, mayReplace },
      (message) => {
        if (message.type !== "file-credit") return;
        credit.add(message.bytes);
        // What was granted beyond the first window was granted for bytes that are written.
        onProgress(Math.max(0, credit.granted - TUNNEL_WINDOW.file), file.size);
      },
      {
        signal,
        begin: (id) =>
          void this.#sendFile(file, { id, credit, signal: either }).catch(() =>
            this.#send({ type: "file-cancel", id }),
          ),
      },
    );
    await finished.finally(() => stop.abort());
  }

  async #sendFile(
    file: File,
    { id, credit, signal }: { readonly id: number; readonly credit: Credit; readonly signal: AbortSignal },
  ): Promise<void> {
    for (let from = 0; from < file.size; from += READ_BYTES) {
      const bytes = new Uint8Array(await file.slice(from, from + READ_BYTES).arrayBuffer());
      for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES) {
        const piece = bytes.subarray(at, at + MAX_PIECE_BYTES);
        await credit.take(piece.length, signal);
        if (signal.aborted) return;
        this.#send({ type: "file-data", id, bytes: piece });
      }
    }
    await credit.take(0, signal);
    if (!signal.aborted) this.#send({ type: "file-end", id });
  }

  #ask(
    request: FileRequest,
    onMessage: (message: FileMessage) => void = () => {},
    options: { readonly signal?: AbortSignal; readonly begin?: (id: number) => void } = {},
  ): Promise<void> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#pending.set(id, { onMessage, done: resolve, failed: reject });
    const cancel = () => this.#send({ type: "file-cancel", id });
    options.signal?.addEventListener("abort", cancel);
    this.#send({ type: "file-request", id, request });
    options.begin?.(id);
    return promise.finally(() => {
      this.#pending.delete(id);
      options.signal?.removeEventListener("abort", cancel);
    });
  }
}

function isTooMany(error: unknown): boolean {
  return error instanceof RemoteFileError && error.failure === "too-many";
}

/** Bytes that may be sent; nothing before the machine has made the file. */
class Credit {
  granted = 0;
  #left = 0;
  #hasBegun = false;
  #wake: (() => void) | undefined;

  add(bytes: number): void {
    this.granted += bytes;
    this.#left += bytes;
    this.#hasBegun ||= 0 < bytes;
    this.#wake?.();
  }

  async take(bytes: number, signal: AbortSignal): Promise<void> {
    while ((!this.#hasBegun || this.#left < bytes) && !signal.aborted)
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    this.#left -= bytes;
  }
}
