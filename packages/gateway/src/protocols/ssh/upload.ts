/**
 * A file on its way from the viewer to the machine: written under a name of its own, renamed when it is whole.
 *
 * INVARIANT: under the final name there is either what was there before or the whole new file; what breaks off is
 * removed. Only a gateway or machine that dies at once leaves a file behind, recognisable by its name.
 */
import { randomBytes } from "node:crypto";
import { TUNNEL_WINDOW } from "@deskgate/wire";
import { FileError, type Sftp } from "./sftp.ts";

/** LIMIT: so that name and suffix stay below what file systems take (255 bytes). */
const MAX_NAME_CHARACTERS = 60;
const MODE_BITS = 0o777;

interface UploadRequest {
  readonly path: string;
  readonly size: number;
  readonly mayReplace: boolean;
}

export class Upload {
  readonly #sftp: Sftp;
  readonly #request: UploadRequest;
  readonly #grant: (bytes: number) => void;
  readonly #allReceived = Promise.withResolvers<void>();
  readonly #writes = new Set<Promise<void>>();
  #handle: Buffer | undefined;
  #granted = 0;
  #received = 0;
  #temporary: string | undefined;

  /** `grant`: lets the viewer send so many more bytes. */
  constructor(sftp: Sftp, request: UploadRequest, grant: (bytes: number) => void) {
    this.#sftp = sftp;
    this.#request = request;
    this.#grant = grant;
    this.#allReceived.promise.catch(() => {}); // awaited later, if at all
  }

  /** Rejects with a {@link FileError} after removing what was written. */
  async run(): Promise<void> {
    const { path, mayReplace } = this.#request;
    const isThere = await this.#sftp.exists(path);
    if (isThere && !mayReplace) throw new FileError("exists");
    const mode = isThere ? await this.#modeOf(path) : undefined;
    this.#temporary = temporaryName(path);
    try {
      const handle = await this.#sftp.open(this.#temporary, "wx");
      this.#handle = handle;
      if (mode !== undefined) await this.#sftp.setMode(handle, mode);
      this.#allow(TUNNEL_WINDOW.file);
      await this.#allReceived.promise;
      await Promise.all(this.#writes);
      if (this.#received !== this.#request.size)
        throw new FileError("failed", `${this.#received} of ${this.#request.size} bytes came`);
      await this.#sftp.close(handle);
      this.#handle = undefined;
      await this.#putInPlace(this.#temporary);
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** The next bytes. False: the viewer sends more than it may. */
  receive(bytes: Uint8Array): boolean {
    const handle = this.#handle;
    const isWithin = bytes.length <= this.#granted && this.#received + bytes.length <= this.#request.size;
    if (!handle || !isWithin) return false;
    const position = this.#received;
    this.#received += bytes.length;
    this.#granted -= bytes.length;
    const write = this.#sftp
      .write(handle, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), position)
      .then(
        () => {
          this.#writes.delete(write);
          this.#allow(bytes.length);
        },
        (error: unknown) => this.#allReceived.reject(error),
      );
    this.#writes.add(write);
    return true;
  }

  /** The viewer has sent everything. */
  finish(): void {
    this.#allReceived.resolve();
  }

  cancel(): void {
    this.#allReceived.reject(new FileError("cancelled"));
  }

  /** Removes what was written so far; does nothing twice. Never rejects. */
  async discard(): Promise<void> {
    const temporary = this.#temporary;
    const handle = this.#handle;
    this.#temporary = undefined;
    this.#handle = undefined;
    if (temporary === undefined) return;
    // Both are sent at once: there may be no time to wait for the first answer. What was not made cannot be removed.
    const closed = handle ? this.#sftp.close(handle) : Promise.resolve();
    await Promise.allSettled([closed, this.#sftp.removeFile(temporary)]);
  }

  async #modeOf(path: string): Promise<number | undefined> {
    const attrs = await this.#sftp.stat(path).catch(() => undefined);
    if (attrs?.isDirectory()) throw new FileError("exists", "is a folder");
    return attrs && attrs.mode & MODE_BITS;
  }

  async #putInPlace(temporary: string): Promise<void> {
    const { path, mayReplace } = this.#request;
    if (mayReplace) await this.#sftp.replace(temporary, path);
    else await this.#renameToNew(temporary, path);
    this.#temporary = undefined;
  }

  async #renameToNew(temporary: string, path: string): Promise<void> {
    try {
      await this.#sftp.rename(temporary, path);
    } catch (error) {
      // Version 3 of the protocol has no word for it: somebody made it meanwhile.
      throw (await this.#sftp.exists(path)) ? new FileError("exists") : error;
    }
  }

  #allow(bytes: number): void {
    this.#granted += bytes;
    this.#grant(bytes);
  }
}

/** Beside the final name, so that renaming moves nothing; hidden, and plain about what it is. */
function temporaryName(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  const name = path.slice(slash, slash + MAX_NAME_CHARACTERS);
  return `${path.slice(0, slash)}.${name}.${randomBytes(6).toString("hex")}.deskgate-part`;
}
