/** What looking after groups needs of others. */
import type { Group } from "../../domain/user.ts";

export interface GroupChange {
  readonly name?: string | undefined;
  readonly memberIds?: readonly string[] | undefined;
}

/** Both writing calls throw `name_taken`, or `validation_failed` for unknown members. */
export interface GroupStore {
  list(): Promise<readonly Group[]>;
  create(group: Group): Promise<void>;
  update(groupId: string, change: GroupChange): Promise<Group | undefined>;
  remove(groupId: string): Promise<boolean>;
}
