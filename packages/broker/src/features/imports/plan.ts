/**
 * What an import would make and change, given what is there. Pure but for the ids it takes: a dry run and a real one
 * are the same plan, written or not.
 */
import { IMPORT_KINDS, type ImportKind, type ImportReply, type Permission } from "@deskgate/contract";
import { closeGroups, MAX_GROUP_DEPTH } from "../../domain/group-closure.ts";
import { inTurns } from "../../domain/in-turns.ts";
import { addressRefusal } from "../../domain/machine.ts";
import { mayGrant } from "../../domain/role.ts";
import type { ProtocolRow } from "../machines/ports.ts";
import type { ImportChanges, KnownMachine, KnownSite, KnownUser, WantedNames } from "./ports.ts";
import type { Report, Row, RowOf, Rows } from "./rows.ts";

export interface PlanningContext {
  readonly known: KnownSite;
  readonly permissions: readonly Permission[];
  readonly newId: () => string;
  readonly report: Report;
  /** Hashes of the passwords in the rows, by user name; empty in a dry run. */
  readonly passwordHashes: ReadonlyMap<string, string>;
  readonly sealProtocols: (machineId: string, fields: RowOf<"machines">) => readonly ProtocolRow[];
}

export interface Plan {
  readonly counts: ImportReply["counts"];
  readonly changes: ImportChanges;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };
/** Kinds whose things others name. */
type NamedKind = "groups" | "users" | "machines" | "pools";
type Verdict = "created" | "updated" | "unchanged";

/** The names that the rows mention, per kind: what has to be looked up. */
export function wantedNames(rows: Rows): WantedNames {
  const of = (...lists: readonly (readonly string[])[]) => new Set(lists.flat());
  const { groups = [], users = [], machines = [], pools = [], entitlements = [] } = rows;
  const machineNames = machines.map(({ fields }) => fields.name);
  const poolNames = pools.map(({ fields }) => fields.name);
  const used = entitlements.map(({ fields }) => fields);
  return {
    groups: of(
      groups.flatMap(({ fields }) => [fields.name, ...(fields.memberGroups ?? [])]),
      users.flatMap(({ fields }) => fields.groups ?? []),
      used.flatMap(({ group }) => group ?? []),
    ),
    users: of(
      users.map(({ fields }) => fields.name),
      groups.flatMap(({ fields }) => fields.members ?? []),
      used.flatMap(({ user }) => user ?? []),
    ),
    // A machine's own pool carries its name, so both lists are asked for both.
    machines: of(
      machineNames,
      poolNames,
      pools.flatMap(({ fields }) => fields.machines ?? []),
    ),
    pools: of(
      machineNames,
      poolNames,
      used.map(({ pool }) => pool),
    ),
  };
}

export function planImport(rows: Rows, context: PlanningContext): Promise<Plan> {
  return new Planner(context).plan(rows);
}

class Planner {
  readonly #context: PlanningContext;
  readonly #changes: Mutable<ImportChanges> = {
    ...{ groups: [], users: [], userChanges: [], groupsOfUsers: [], membersOfGroups: [], groupsInGroups: [] },
    ...{ machines: [], machineChanges: [], pools: [], machinesOfPools: [], entitlements: [] },
  };
  /** Name → id, of what is there and of what this import makes. */
  readonly #ids: Readonly<Record<NamedKind, Map<string, string>>>;

  constructor(context: PlanningContext) {
    this.#context = context;
    const { groups, users, machines, pools } = context.known;
    const ids = (known: ReadonlyMap<string, { readonly id: string }>) =>
      new Map([...known].map(([name, { id }]) => [name, id]));
    this.#ids = { groups: ids(groups), users: ids(users), machines: ids(machines), pools: ids(pools) };
  }

  async plan(rows: Rows): Promise<Plan> {
    // Everything gets its id first, so that rows may name what stands further down.
    for (const { fields } of rows.groups ?? []) this.#takeId("groups", fields.name);
    for (const { fields } of rows.users ?? []) this.#takeId("users", fields.name);
    for (const { fields } of rows.machines ?? []) this.#takeId("machines", fields.name);
    const counts: Mutable<ImportReply["counts"]> = {};
    for (const kind of IMPORT_KINDS) {
      const list = rows[kind] as readonly Row<unknown>[] | undefined; // judged by the kind's own method below
      if (list) counts[kind] = await this.#planKind(kind, list);
    }
    this.#checkNesting(rows.groups ?? []);
    return { counts, changes: this.#changes };
  }

  /** Reports the row of a group that would be inside itself, or too deep. */
  #checkNesting(rows: readonly Row<RowOf<"groups">>[]): void {
    const { groupsInGroups } = this.#changes;
    if (groupsInGroups.length === 0) return;
    const set = new Set(groupsInGroups.map(({ groupId }) => groupId));
    const kept = this.#context.known.nesting.filter(({ groupId }) => !set.has(groupId));
    const made = groupsInGroups.flatMap(({ groupId, memberGroupIds }) =>
      memberGroupIds.map((memberGroupId) => ({ groupId, memberGroupId })),
    );
    const closure = closeGroups([...made, ...kept]);
    if (!("refused" in closure)) return;
    const culprit = rows.find(({ fields }) => this.#ids.groups.get(fields.name) === closure.groupId);
    const reason =
      closure.refused === "cycle"
        ? "This group would be inside itself."
        : `Groups go at most ${MAX_GROUP_DEPTH} deep.`;
    this.#context.report({ kind: "groups", row: culprit?.row ?? 1, column: "memberGroups", reason });
  }

  async #planKind(kind: ImportKind, rows: readonly Row<unknown>[]) {
    const counts = { created: 0, updated: 0, unchanged: 0 };
    const seen = new Set<string>();
    for await (const part of inTurns(rows))
      for (const row of part) {
        const name = nameOf(row.fields);
        if (seen.has(name)) {
          const column = kind === "entitlements" ? "pool" : "name";
          this.#context.report({ kind, row: row.row, column, reason: "A row above says the same name." });
          continue;
        }
        seen.add(name);
        counts[this.#planRow(kind, row)]++;
      }
    return counts;
  }

  #planRow(kind: ImportKind, row: Row<unknown>): Verdict {
    // The rows of a kind were parsed by its schema.
    switch (kind) {
      case "groups":
        return this.#planGroup(row as Row<RowOf<"groups">>);
      case "users":
        return this.#planUser(row as Row<RowOf<"users">>);
      case "machines":
        return this.#planMachine(row as Row<RowOf<"machines">>);
      case "pools":
        return this.#planPool(row as Row<RowOf<"pools">>);
      case "entitlements":
        return this.#planEntitlement(row as Row<RowOf<"entitlements">>);
    }
  }

  #planGroup({ row, fields }: Row<RowOf<"groups">>): Verdict {
    const known = this.#context.known.groups.get(fields.name);
    const id = this.#idOf("groups", fields.name);
    const memberIds = this.#resolve("users", fields.members, { kind: "groups", row, column: "members" });
    if (!known) this.#changes.groups.push({ id, name: fields.name });
    const at = { kind: "groups", row, column: "memberGroups" } as const;
    const memberGroupIds = this.#resolve("groups", fields.memberGroups, at);
    const movesMembers = memberIds !== undefined && !isSameSet(memberIds, known?.memberIds ?? []);
    if (movesMembers) this.#changes.membersOfGroups.push({ groupId: id, memberIds });
    const movesGroups =
      memberGroupIds !== undefined && !isSameSet(memberGroupIds, known?.memberGroupIds ?? []);
    if (movesGroups) this.#changes.groupsInGroups.push({ groupId: id, memberGroupIds });
    if (!known) return "created";
    return movesMembers || movesGroups ? "updated" : "unchanged";
  }

  #planUser({ row, fields }: Row<RowOf<"users">>): Verdict {
    const known = this.#context.known.users.get(fields.name);
    const id = this.#idOf("users", fields.name);
    const role = this.#grantedRole(fields.role, known, row);
    const groupIds = this.#resolve("groups", fields.groups, { kind: "users", row, column: "groups" });
    const passwordHash = this.#context.passwordHashes.get(fields.name);
    const movesGroups = groupIds !== undefined && !isSameSet(groupIds, known?.groupIds ?? []);
    if (movesGroups) this.#changes.groupsOfUsers.push({ userId: id, groupIds });
    const { displayName, isDisabled } = fields;
    if (!known) {
      const user = { id, name: fields.name, displayName: displayName ?? fields.name, role: role ?? "user" };
      this.#changes.users.push({ ...user, isDisabled: isDisabled ?? false, passwordHash });
      return "created";
    }
    const change = {
      displayName: changed(displayName, known.displayName),
      role: changed(role, known.role),
      isDisabled: changed(isDisabled, known.isDisabled),
    };
    // Nobody can tell whether a password is the one that is stored, short of trying it.
    const isChanged =
      Object.values(change).some((value) => value !== undefined) || fields.password !== undefined;
    if (isChanged) this.#changes.userChanges.push({ id, ...change, passwordHash });
    return isChanged || movesGroups ? "updated" : "unchanged";
  }

  /** The role's id. Who may do more than the caller is neither made nor changed by an import. */
  #grantedRole(wanted: string | undefined, known: KnownUser | undefined, row: number): string | undefined {
    const { known: site, permissions, report } = this.#context;
    const at = { kind: "users", row, column: "role" } as const;
    const before = known && site.roles.get(known.role);
    if (before && !mayGrant(permissions, before.permissions))
      report({
        ...at,
        column: "name",
        reason: "This person may do more than you, and is not yours to change.",
      });
    if (wanted === undefined) return undefined;
    const role = site.roles.get(wanted);
    if (!role) report({ ...at, reason: `There is no role "${wanted}".` });
    else if (!mayGrant(permissions, role.permissions))
      report({ ...at, reason: "This role may do more than you, and is not yours to give." });
    return role?.id;
  }

  #planMachine({ row, fields }: Row<RowOf<"machines">>): Verdict {
    const { known: site, newId, sealProtocols } = this.#context;
    const known = site.machines.get(fields.name);
    const id = this.#idOf("machines", fields.name);
    const { host, isDeclaredLocal } = this.#checkMachine(fields, known, row);
    const { name, description = "", trust = "first-use" } = fields;
    if (!known) {
      const poolId = newId();
      this.#ids.pools.set(name, poolId);
      const protocols = sealProtocols(id, fields);
      this.#changes.machines.push({
        ...{ id, poolId, name, description, host },
        isDeclaredLocal,
        trust,
        protocols,
      });
      return "created";
    }
    const change = {
      description: changed(fields.description, known.description),
      host: changed(fields.host, known.host),
      isDeclaredLocal: changed(fields.isDeclaredLocal, known.isDeclaredLocal),
      trust: changed(fields.trust, known.trust),
    };
    const whole = { ...fields, protocols: fields.protocols ?? [...known.protocols] };
    const movesProtocols = !isSameProtocols(whole, known.protocols);
    const isChanged = movesProtocols || Object.values(change).some((value) => value !== undefined);
    if (isChanged)
      this.#changes.machineChanges.push({
        ...{ id, ...change },
        protocols: movesProtocols ? sealProtocols(id, whole) : undefined,
      });
    return isChanged ? "updated" : "unchanged";
  }

  /** Reports what speaks against the machine; gives where it is. */
  #checkMachine(fields: RowOf<"machines">, known: KnownMachine | undefined, row: number) {
    const report = (column: string, reason: string) =>
      this.#context.report({ kind: "machines", row, column, reason });
    if (known?.isBuiltIn) report("name", "The program made this machine and keeps it; it cannot be changed.");
    if (!known && fields.host === undefined) report("host", "Enter a host name or an IP address.");
    if (!known && fields.protocols === undefined) report("protocols", "Name at least one protocol.");
    if (!known && this.#context.known.pools.has(fields.name)) report("name", "A pool has this name.");
    const names = (fields.protocols ?? []).map(({ protocol }) => protocol);
    if (new Set(names).size < names.length) report("protocols", "Name each protocol once.");
    const host = fields.host ?? known?.host ?? "";
    const isDeclaredLocal = fields.isDeclaredLocal ?? known?.isDeclaredLocal ?? false;
    const refusal = host === "" ? undefined : addressRefusal(host, isDeclaredLocal);
    if (refusal !== undefined) report("host", refusal);
    return { host, isDeclaredLocal };
  }

  #planPool({ row, fields }: Row<RowOf<"pools">>): Verdict {
    const { known: site, report } = this.#context;
    const known = site.pools.get(fields.name);
    const at = { kind: "pools", row } as const;
    if (known?.kind === "machine" || this.#ids.machines.has(fields.name))
      report({ ...at, column: "name", reason: "A machine has this name, and a pool of its own." });
    const id = this.#takeId("pools", fields.name);
    const machineIds = this.#resolve("machines", fields.machines, { ...at, column: "machines" });
    if (!known) {
      if (fields.kind === undefined) report({ ...at, column: "kind", reason: "Say dedicated or floating." });
      else this.#changes.pools.push({ id, name: fields.name, kind: fields.kind });
    } else if (fields.kind !== undefined && fields.kind !== known.kind)
      report({ ...at, column: "kind", reason: `This pool is ${known.kind}, and stays so.` });
    if (!machineIds || isSameSet(machineIds, known?.machineIds ?? [])) return known ? "unchanged" : "created";
    this.#changes.machinesOfPools.push({ poolId: id, machineIds });
    return known ? "updated" : "created";
  }

  #planEntitlement({ row, fields }: Row<RowOf<"entitlements">>): Verdict {
    const { known: site, newId } = this.#context;
    const one = (kind: "pools" | "users" | "groups", column: string, name: string | undefined) =>
      this.#resolve(kind, name === undefined ? undefined : [name], {
        kind: "entitlements",
        row,
        column,
      })?.[0];
    const poolId = one("pools", "pool", fields.pool);
    const userId = one("users", "user", fields.user);
    const groupId = one("groups", "group", fields.group);
    if (poolId === undefined || (userId ?? groupId) === undefined) return "unchanged";
    if (site.entitlements.has(`${poolId}/${userId ?? groupId}`)) return "unchanged";
    this.#changes.entitlements.push({ id: newId(), poolId, userId, groupId });
    return "created";
  }

  /** The ids of `names`; each one that names nothing is reported. */
  #resolve(
    kind: NamedKind,
    names: readonly string[] | undefined,
    at: { readonly kind: ImportKind; readonly row: number; readonly column: string },
  ): readonly string[] | undefined {
    if (names === undefined) return undefined;
    const ids = this.#ids[kind];
    for (const name of names)
      if (!ids.has(name)) this.#context.report({ ...at, reason: `There is no ${SINGULAR[kind]} "${name}".` });
    return [...new Set(names.flatMap((name) => ids.get(name) ?? []))];
  }

  #takeId(kind: NamedKind, name: string): string {
    const id = this.#ids[kind].get(name) ?? this.#context.newId();
    this.#ids[kind].set(name, id);
    return id;
  }

  #idOf(kind: NamedKind, name: string): string {
    return this.#ids[kind].get(name) ?? this.#takeId(kind, name);
  }
}

const SINGULAR = { groups: "group", users: "user", machines: "machine", pools: "pool" } as const;

function nameOf(fields: unknown): string {
  const { name, pool, user, group } = fields as Readonly<Record<string, string | undefined>>; // the names that rows have
  return name ?? JSON.stringify([pool, user, group]);
}

function changed<Value>(wanted: Value | undefined, known: Value): Value | undefined {
  return wanted === known ? undefined : wanted;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && new Set([...one, ...other]).size === new Set(one).size;
}

/** A password given counts as a change: what is sealed is not opened to compare. */
function isSameProtocols(
  { protocols = [], credentialMode, username, domain, password }: RowOf<"machines">,
  known: KnownMachine["protocols"],
): boolean {
  if (password !== undefined || protocols.length !== known.length) return false;
  return protocols.every(({ protocol, port }) => {
    const same = known.find((one) => one.protocol === protocol);
    return (
      same?.port === port &&
      changed(credentialMode, same.credentialMode) === undefined &&
      changed(username, same.username) === undefined &&
      changed(domain, same.domain) === undefined
    );
  });
}
