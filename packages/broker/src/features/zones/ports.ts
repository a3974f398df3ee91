/** What looking after zones needs of others. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
  /** Counts changes. */
  readonly version: number;
}

export interface ZoneChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

/** Making and changing throw `name_taken`, changing and removing `version_stale`. */
export interface ZoneStore {
  list(): Promise<readonly Zone[]>;
  find(zoneId: string): Promise<Zone | undefined>;
  create(zone: Zone): Promise<void>;
  update(zoneId: string, change: ZoneChange): Promise<Zone | undefined>;
  remove(zoneId: string, ifVersion: number | undefined): Promise<"removed" | "unknown" | "in-use">;
}
