/** Groups of users, for entitlements. */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Group } from "../../domain/user.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type {
  EffectiveMember,
  EffectiveMemberSort,
  GroupChange,
  GroupFilter,
  GroupSort,
  GroupStore,
} from "./ports.ts";

interface GroupsDeps {
  readonly store: GroupStore;
  readonly ending: SessionEnding;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

interface GroupFields {
  readonly name: string;
  readonly memberIds: readonly string[];
  readonly memberGroupIds: readonly string[];
}

export class GroupsService {
  readonly #deps: GroupsDeps;

  constructor(deps: GroupsDeps) {
    this.#deps = deps;
  }

  list(request: PageRequest<GroupSort>, filter: GroupFilter): Promise<Page<Group>> {
    return this.#deps.store.list(request, filter);
  }

  async find(groupId: string): Promise<Group> {
    const group = await this.#deps.store.find(groupId);
    if (!group) throw new DeskgateError("not_found");
    return group;
  }

  async listEffectiveMembers(
    groupId: string,
    request: PageRequest<EffectiveMemberSort>,
  ): Promise<Page<EffectiveMember>> {
    const members = await this.#deps.store.listEffectiveMembers(groupId, request);
    if (!members) throw new DeskgateError("not_found");
    return members;
  }

  async create(fields: GroupFields, actor: string): Promise<Group> {
    const { random, clock, store } = this.#deps;
    const memberIds = [...new Set(fields.memberIds)];
    const memberGroupIds = [...new Set(fields.memberGroupIds)];
    const group: Group = {
      ...{ id: random.uuid(), name: fields.name, createdAt: clock.now(), version: 1 },
      ...{ memberIds, memberGroupIds },
    };
    await store.create(group);
    this.#tell(group.id, actor, "Group added");
    return group;
  }

  async update(groupId: string, change: GroupChange, actor: string): Promise<Group> {
    const group = await this.#deps.store.update(groupId, change);
    if (!group) throw new DeskgateError("not_found");
    this.#tell(groupId, actor, "Group changed");
    await this.#deps.ending.endWithoutRight();
    return group;
  }

  async remove(groupId: string, actor: string, ifVersion?: number): Promise<void> {
    if (!(await this.#deps.store.remove(groupId, ifVersion))) throw new DeskgateError("not_found");
    this.#tell(groupId, actor, "Group removed");
    await this.#deps.ending.endWithoutRight();
  }

  #tell(groupId: string, actor: string, message: string): void {
    this.#deps.log.info({ userId: actor, detail: `group ${groupId}` }, message);
  }
}
