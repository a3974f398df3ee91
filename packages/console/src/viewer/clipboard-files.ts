/** Files that travel by the clipboard: what the desktop has copied can be fetched, what is offered can be pasted there. */

export interface ClipboardFile {
  readonly name: string;
  readonly size: number;
}

export interface FetchOptions {
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export interface UploadProgress {
  readonly index: number;
  readonly bytes: number;
}

export interface ClipboardFiles {
  readonly mayFetch: boolean;
  readonly mayOffer: boolean;
  /** What the desktop has copied, as it is now. */
  readonly offered: () => readonly ClipboardFile[];
  /** Tells of changes of {@link offered}. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Rejects where the desktop does not give it, or `signal` aborts; nothing is kept then. */
  fetch(index: number, options: FetchOptions): Promise<Blob>;
  /** Puts files on the desktop's clipboard instead of what was offered before; none withdraws them. */
  offer(files: readonly File[], onProgress: (progress: UploadProgress) => void): void;
}
