/** ssh2's SFTP (draft-ietf-secsh-filexfer-02) as promises, with the errors as the tunnel words them. */
import type { FileFailure } from "@deskgate/wire";
import type { FileEntryWithStats, SFTPWrapper, Stats } from "ssh2";
import { printable } from "./machine-text.ts";

/** A request that came to nothing, for a reason the viewer has a sentence for. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly failure: FileFailure;

  constructor(failure: FileFailure, detail = "") {
    super(detail);
    this.failure = failure;
  }
}

const STATUS = { eof: 1, noSuchFile: 2, permissionDenied: 3 } as const;

type Callback<Value> = (
  error: (Error & { readonly code?: number | string }) | null | undefined,
  value: Value,
) => void;

/** Runs one request; the machine's status becomes a {@link FileError}. */
function request<Value>(start: (done: Callback<Value>) => void): Promise<Value> {
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  try {
    start((error, value) => (error ? reject(fileErrorOf(error)) : resolve(value)));
  } catch (error) {
    // ssh2 throws at once where the machine lacks an extension or the channel is gone.
    reject(new FileError("unavailable", error instanceof Error ? printable(error.message) : ""));
  }
  return promise;
}

function isEnd(error: Error & { readonly code?: number | string }): boolean {
  return error.code === STATUS.eof;
}

function fileErrorOf(error: Error & { readonly code?: number | string }): FileError {
  const detail = printable(error.message);
  if (error.code === STATUS.noSuchFile) return new FileError("not-found", detail);
  if (error.code === STATUS.permissionDenied) return new FileError("not-permitted", detail);
  return new FileError("failed", detail);
}

export class Sftp {
  readonly #wrapper: SFTPWrapper;

  constructor(wrapper: SFTPWrapper) {
    this.#wrapper = wrapper;
  }

  resolvePath(path: string): Promise<string> {
    return request((done) => this.#wrapper.realpath(path, done));
  }

  stat(path: string): Promise<Stats> {
    return request((done) => this.#wrapper.stat(path, done));
  }

  async exists(path: string): Promise<boolean> {
    try {
      await request<Stats>((done) => this.#wrapper.lstat(path, done));
      return true;
    } catch (error) {
      if (error instanceof FileError && error.failure === "not-found") return false;
      throw error;
    }
  }

  openFolder(path: string): Promise<Buffer> {
    return request((done) => this.#wrapper.opendir(path, done));
  }

  /** The next entries; `undefined` at the end. */
  readFolder(handle: Buffer): Promise<readonly FileEntryWithStats[] | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly FileEntryWithStats[] | undefined>();
    this.#wrapper.readdir(handle, (error, list) => {
      if (!error) resolve(list);
      else if (isEnd(error)) resolve(undefined);
      else reject(fileErrorOf(error));
    });
    return promise;
  }

  makeFolder(path: string): Promise<void> {
    return request((done) => this.#wrapper.mkdir(path, (error) => done(error, undefined)));
  }

  removeFile(path: string): Promise<void> {
    return request((done) => this.#wrapper.unlink(path, (error) => done(error, undefined)));
  }

  removeFolder(path: string): Promise<void> {
    return request((done) => this.#wrapper.rmdir(path, (error) => done(error, undefined)));
  }

  /** Fails where `to` exists, on machines that keep to version 3 of the protocol. */
  rename(from: string, to: string): Promise<void> {
    return request((done) => this.#wrapper.rename(from, to, (error) => done(error, undefined)));
  }

  /** Puts `from` in the place of `to`, in one step where the machine can. */
  async replace(from: string, to: string): Promise<void> {
    try {
      await request<void>((done) =>
        this.#wrapper.ext_openssh_rename(from, to, (error) => done(error, undefined)),
      );
    } catch (error) {
      if (!(error instanceof FileError) || error.failure !== "unavailable") throw error;
      if (await this.exists(to)) await this.removeFile(to);
      await this.rename(from, to);
    }
  }

  /** For reading, or as a new file. */
  open(path: string, how: "r" | "wx"): Promise<Buffer> {
    return request((done) => this.#wrapper.open(path, how, done));
  }

  statHandle(handle: Buffer): Promise<Stats> {
    return request((done) => this.#wrapper.fstat(handle, done));
  }

  setMode(handle: Buffer, mode: number): Promise<void> {
    return request((done) => this.#wrapper.fsetstat(handle, { mode }, (error) => done(error, undefined)));
  }

  /** Bytes at `position`, fewer than `length` only at the end of the file. */
  async read(handle: Buffer, position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = await this.#readSome(handle, { bytes, filled, position });
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }

  #readSome(
    handle: Buffer,
    {
      bytes,
      filled,
      position,
    }: { readonly bytes: Buffer; readonly filled: number; readonly position: number },
  ): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#wrapper.read(handle, bytes, filled, bytes.length - filled, position + filled, (error, count) => {
      const wanted = bytes.length - filled;
      if (!error && count <= wanted) resolve(count);
      else if (!error) reject(new FileError("failed", `machine sent ${count} bytes for ${wanted}`));
      else if (isEnd(error)) resolve(0);
      else reject(fileErrorOf(error));
    });
    return promise;
  }

  write(handle: Buffer, bytes: Buffer, position: number): Promise<void> {
    return request((done) =>
      this.#wrapper.write(handle, bytes, 0, bytes.length, position, (error) => done(error, undefined)),
    );
  }

  close(handle: Buffer): Promise<void> {
    return request((done) => this.#wrapper.close(handle, (error) => done(error, undefined)));
  }
}
