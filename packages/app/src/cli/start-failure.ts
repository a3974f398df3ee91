/** The system's words for "cannot listen" and "cannot write", as sentences that say what to do. */

/** What Node adds to an error of the system. */
interface SystemFailure {
  readonly code: string;
  readonly port?: unknown;
  readonly address?: unknown;
  readonly path?: unknown;
}

const SENTENCES: Readonly<Record<string, (failure: SystemFailure) => string>> = {
  EADDRINUSE: ({ port }) =>
    `port ${port ?? ""} is taken by another program. Stop it, or choose another port with --listen [::]:PORT`,
  EACCES: ({ port, path }) =>
    path === undefined
      ? `port ${port ?? ""} may not be used by this user. Choose one above 1023 with --listen, or grant CAP_NET_BIND_SERVICE`
      : `${path} may not be read or written by this user. Choose another folder with --data, or mend its permissions`,
  EADDRNOTAVAIL: ({ address }) => `this host has no address ${address ?? ""}. Choose another with --listen`,
  ENOTFOUND: () => "the host name to listen on cannot be resolved. Choose an address with --listen",
  ENOSPC: () => "the disk is full. Make room in the data folder and start again",
  EROFS: ({ path }) => `${path ?? "the data folder"} is read-only. Choose another folder with --data`,
  EEXIST: ({ path }) => `${path ?? "the file"} is there already. Choose another name`,
  ENOENT: ({ path }) => `${path ?? "a file"} is not there`,
};

/** A sentence for a failure of the system, or `undefined` where it is none that a person can mend. */
export function explainStartFailure(error: unknown): string | undefined {
  if (!isSystemFailure(error)) return undefined;
  return SENTENCES[error.code]?.(error);
}

function isSystemFailure(error: unknown): error is Error & SystemFailure {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
