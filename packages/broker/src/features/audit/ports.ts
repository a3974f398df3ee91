/** What keeping the audit needs of others. */

/** One thing that was done. */
export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly actorUserId: string | undefined;
  readonly actorName: string;
  readonly address: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** INVARIANT: entries are added and read, never changed. */
export interface AuditStore {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<readonly AuditEntry[]>;
}
