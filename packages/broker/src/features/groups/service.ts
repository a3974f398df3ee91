/** Groups of users, for entitlements. */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Group } from "../../domain/user.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { EffectiveMember, GroupChange, GroupStore } from "./ports.ts";

interface GroupsDeps {
  readonly store: GroupStore;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
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

  list(): Promise<readonly Group[]> {
    return this.#deps.store.list();
  }

  async listEffectiveMembers(groupId: string): Promise<readonly EffectiveMember[]> {
    const members = await this.#deps.store.listEffectiveMembers(groupId);
    if (!members) throw new DeskgateError("not_found");
    return members;
  }

  async create(fields: GroupFields, actor: Actor): Promise<Group> {
    const { random, clock, store } = this.#deps;
    const memberIds = [...new Set(fields.memberIds)];
    const memberGroupIds = [...new Set(fields.memberGroupIds)];
    const group: Group = {
      ...{ id: random.uuid(), name: fields.name, createdAt: clock.now() },
      ...{ memberIds, memberGroupIds },
    };
    await this.#deps.audit.change(
      actor,
      () => store.create(group),
      () => deedOn(group.id, "group.created", { name: group.name, memberIds, memberGroupIds }),
    );
    this.#tell(group.id, actor, "Group added");
    return group;
  }

  async update(groupId: string, change: GroupChange, actor: Actor): Promise<Group> {
    const group = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(groupId, change),
      (known) => (known ? deedOn(groupId, "group.changed", { ...change }) : []),
    );
    if (!group) throw new DeskgateError("not_found");
    this.#tell(groupId, actor, "Group changed");
    await this.#deps.ending.endWithoutRight();
    return group;
  }

  async remove(groupId: string, actor: Actor): Promise<void> {
    const wasThere = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(groupId),
      (isGone) => (isGone ? deedOn(groupId, "group.removed") : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
    this.#tell(groupId, actor, "Group removed");
    await this.#deps.ending.endWithoutRight();
  }

  #tell(groupId: string, actor: Actor, message: string): void {
    this.#deps.log.info({ userId: actor.userId ?? actor.name, detail: `group ${groupId}` }, message);
  }
}

function deedOn(groupId: string, action: string, detail?: Deed["detail"]): Deed {
  return { action, subject: { kind: "group", id: groupId }, detail };
}
