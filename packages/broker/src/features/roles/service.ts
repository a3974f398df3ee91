/** Roles: the built-in ones, and those that the site makes. */
import { DeskgateError, type Permission } from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { builtInRoles, mayGrant, type Role } from "../../domain/role.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { RoleChange, RoleStore } from "./ports.ts";

interface RolesDeps {
  readonly store: RoleStore;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
}

interface RoleFields {
  readonly name: string;
  readonly permissions: readonly Permission[];
}

/** Who asks, and as the audit names them. */
export interface Granter {
  readonly caller: Caller;
  readonly actor: Actor;
}

export class RolesService {
  readonly #deps: RolesDeps;

  constructor(deps: RolesDeps) {
    this.#deps = deps;
  }

  async list(): Promise<readonly Role[]> {
    return [...builtInRoles(), ...(await this.#deps.store.listCustom())];
  }

  async find(roleId: string): Promise<Role> {
    const role = await this.#deps.store.find(roleId);
    if (!role) throw new DeskgateError("not_found");
    return role;
  }

  async create({ name, permissions }: RoleFields, { caller, actor }: Granter): Promise<Role> {
    refuseBeyond(caller, permissions);
    refuseBuiltInName(name);
    const { store, random, clock } = this.#deps;
    const role = { id: random.uuid(), name, permissions };
    await this.#deps.audit.change(
      actor,
      () => store.create({ ...role, createdAt: clock.now() }),
      () => deedOn(role.id, "role.created", { name, permissions }),
    );
    return { ...role, isBuiltIn: false, version: 1 };
  }

  async update(roleId: string, change: RoleChange, { caller, actor }: Granter): Promise<Role> {
    const before = await this.#findCustom(roleId);
    // Both: who may not give it may not take it away either.
    refuseBeyond(caller, [...before.permissions, ...(change.permissions ?? [])]);
    if (change.name !== undefined) refuseBuiltInName(change.name);
    const { ifVersion: _, ...said } = change;
    const role = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(roleId, change),
      (changed) => (changed ? deedOn(roleId, "role.changed", said) : []),
    );
    if (!role) throw new DeskgateError("not_found");
    return role;
  }

  async remove(roleId: string, { caller, actor }: Granter, ifVersion: number | undefined): Promise<void> {
    const { name, permissions } = await this.#findCustom(roleId);
    refuseBeyond(caller, permissions);
    const outcome = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(roleId, ifVersion),
      (result) => (result === "removed" ? deedOn(roleId, "role.removed", { name }) : []),
    );
    if (outcome === "unknown") throw new DeskgateError("not_found");
    if (outcome === "in-use") throw new DeskgateError("still_in_use");
  }

  async #findCustom(roleId: string): Promise<Role> {
    const role = await this.find(roleId);
    if (role.isBuiltIn) throw new DeskgateError("not_found");
    return role;
  }
}

function deedOn(roleId: string, action: string, detail: Deed["detail"]): Deed {
  return { action, subject: { kind: "role", id: roleId }, detail };
}

function refuseBeyond(caller: Caller, permissions: readonly Permission[]): void {
  if (!mayGrant(caller.permissions, permissions)) throw new DeskgateError("not_yours_to_grant");
}

/** A role called like a built-in one would be taken for it. */
function refuseBuiltInName(name: string): void {
  if (!builtInRoles().some((role) => role.name === name.toLowerCase())) return;
  throw new DeskgateError("name_taken", { fields: { name: "This name is taken." } });
}
