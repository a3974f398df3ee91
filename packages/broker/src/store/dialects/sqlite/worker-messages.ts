/** What the driver and its worker thread say to each other. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

export interface WorkerRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SqliteValue[];
}

export type WorkerReply =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes: number }
  | { readonly id: number; readonly message: string; readonly resultCode: number };

export interface WorkerSettings {
  /** A path, or `:memory:`. */
  readonly file: string;
  readonly busyTimeoutMs: number;
}
