/** What telling of the program needs of others. */

export interface DatabaseFacts {
  readonly kind: "sqlite" | "postgres";
  readonly version: string;
  readonly sizeBytes: number;
  readonly migrationsDone: number;
  readonly migrationsPending: number;
  /** The newest migration's name. */
  readonly schema: string;
}

export interface DatabaseReader {
  readDatabase(): Promise<DatabaseFacts>;
}

/** What only the program around the broker knows. INVARIANT: no secret, no address and no path. */
export interface ProgramFacts {
  /** Of the program's own port; absent where it has none. */
  readonly certificate?: { readonly expiresAt: number; readonly isSelfSigned: boolean } | undefined;
  /** Absent where the audit is not sent anywhere. */
  readonly syslog?:
    | {
        readonly state: "working" | "failing";
        readonly sent: number;
        readonly queued: number;
        readonly dropped: number;
      }
    | undefined;
  readonly lastBackupAt?: number | undefined;
  readonly runtime?:
    | { readonly node: string; readonly platform: string; readonly residentBytes: number }
    | undefined;
}

export type ReadProgram = () => Promise<ProgramFacts>;
