/** What looking after zones needs of others. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
}

export interface ZoneChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** Both writing calls throw `name_taken`. */
export interface ZoneStore {
  list(): Promise<readonly Zone[]>;
  create(zone: Zone): Promise<void>;
  update(zoneId: string, change: ZoneChange): Promise<Zone | undefined>;
  remove(zoneId: string): Promise<"removed" | "unknown" | "in-use">;
}
