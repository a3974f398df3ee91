/** What looking after groups needs of others. */
import type { Group } from "../../domain/user.ts";

export interface GroupChange {
  readonly name?: string | undefined;
  readonly memberIds?: readonly string[] | undefined;
  readonly memberGroupIds?: readonly string[] | undefined;
}

export interface EffectiveMember {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

/** Both writing calls throw `name_taken`, `group_cycle`, or `validation_failed` for unknown members. */
export interface GroupStore {
  list(): Promise<readonly Group[]>;
  /** By any way into the group; `undefined` where there is no such group. */
  listEffectiveMembers(groupId: string): Promise<readonly EffectiveMember[] | undefined>;
  create(group: Group): Promise<void>;
  update(groupId: string, change: GroupChange): Promise<Group | undefined>;
  remove(groupId: string): Promise<boolean>;
}
