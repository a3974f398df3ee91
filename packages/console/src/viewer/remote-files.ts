/** The files of a machine as the viewer's panel sees them, whatever protocol carries them. */

export interface RemoteEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

export interface Folder {
  readonly path: string;
  readonly entries: readonly RemoteEntry[];
  /** There are more than can be shown. */
  readonly isCut: boolean;
}

/** Why a request came to nothing; a sentence for each is in text/files.ts. */
export type RemoteFailure =
  | "failed"
  | "not-found"
  | "not-permitted"
  | "exists"
  | "refused-by-policy"
  | "too-many"
  | "unavailable"
  | "cancelled"
  | "no-space";

export class RemoteFileError extends Error {
  override readonly name = "RemoteFileError";
  readonly failure: RemoteFailure;

  constructor(failure: RemoteFailure, detail = "") {
    super(detail);
    this.failure = failure;
  }
}

export interface TransferOptions {
  /** `total` is 0 where the machine does not say it. */
  readonly onProgress: (bytes: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** INVARIANT: an upload that does not end well leaves nothing under its name. All functions reject with {@link RemoteFileError}. */
export interface RemoteFiles {
  readonly mayDownload: boolean;
  readonly mayUpload: boolean;
  /** `path` absolute, or `.` for where the person's files are. */
  open(path: string): Promise<Folder>;
  makeFolder(path: string): Promise<void>;
  rename(path: string, to: string): Promise<void>;
  remove(path: string, kind: RemoteEntry["kind"]): Promise<void>;
  download(path: string, options: TransferOptions): Promise<Blob>;
  upload(
    path: string,
    file: File,
    options: TransferOptions & { readonly mayReplace: boolean },
  ): Promise<void>;
}
