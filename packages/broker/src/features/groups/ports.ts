/** What looking after groups needs of others. */
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Group } from "../../domain/user.ts";

export type GroupSort = "name" | "createdAt";

export interface GroupFilter {
  readonly memberId?: string | undefined;
}

export interface GroupChange {
  readonly name?: string | undefined;
  readonly memberIds?: readonly string[] | undefined;
  readonly memberGroupIds?: readonly string[] | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

export interface EffectiveMember {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

export type EffectiveMemberSort = "name" | "displayName";

/** Writing calls throw `name_taken`, `group_cycle`, `version_stale`, or `validation_failed` for unknown members. */
export interface GroupStore {
  list(request: PageRequest<GroupSort>, filter: GroupFilter): Promise<Page<Group>>;
  find(groupId: string): Promise<Group | undefined>;
  /** By any way into the group; `undefined` where there is no such group. */
  listEffectiveMembers(
    groupId: string,
    request: PageRequest<EffectiveMemberSort>,
  ): Promise<Page<EffectiveMember> | undefined>;
  create(group: Group): Promise<void>;
  update(groupId: string, change: GroupChange): Promise<Group | undefined>;
  remove(groupId: string, ifVersion: number | undefined): Promise<boolean>;
}
