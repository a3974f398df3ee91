/**
 * What the audit says of an import: one record for each thing that it made or changed, as if it had been done one by
 * one, and one for the whole. Each names the import, so that all of them are found by its id.
 */
import type { Deed } from "../audit/service.ts";
import type { ProtocolRow } from "../machines/ports.ts";
import type { Plan } from "./plan.ts";
import type { ImportChanges, KnownSite } from "./ports.ts";

interface ImportDone {
  readonly importId: string;
  readonly plan: Plan;
  readonly known: KnownSite;
}

type Detail = NonNullable<Deed["detail"]>;

export function importDeeds({ importId, plan: { changes, counts }, known }: ImportDone): readonly Deed[] {
  const of = (kind: string) => (id: string, verb: string, detail: Detail) => ({
    action: `${kind}.${verb}`,
    subject: { kind, id },
    detail: { ...detail, importId },
  });
  return [
    ...groupDeeds(changes, known, of("group")),
    ...userDeeds(changes, known, of("user")),
    ...machineDeeds(changes, known, of("machine")),
    ...poolDeeds(changes, of("pool")),
    ...changes.entitlements.map(({ id, ...right }) => of("entitlement")(id, "created", right)),
    { action: "import.run", subject: { kind: "import", id: importId }, detail: { counts } },
  ];
}

type DeedOn = (id: string, verb: string, detail: Detail) => Deed;

function groupDeeds(changes: ImportChanges, { groups }: KnownSite, deedOn: DeedOn): readonly Deed[] {
  const members = new Map(changes.membersOfGroups.map(({ groupId, memberIds }) => [groupId, memberIds]));
  const inside = new Map(changes.groupsInGroups.map((one) => [one.groupId, one.memberGroupIds]));
  const whoIsIn = (id: string) => ({ memberIds: members.get(id), memberGroupIds: inside.get(id) });
  const made = new Set(changes.groups.map(({ id }) => id));
  const changed = [...groups.values()].filter(({ id }) => members.has(id) || inside.has(id));
  return [
    ...changes.groups.map(({ id, name }) => deedOn(id, "created", { name, ...whoIsIn(id) })),
    ...changed
      .filter(({ id }) => !made.has(id))
      .map(({ id, name }) => deedOn(id, "changed", { name, ...whoIsIn(id) })),
  ];
}

function userDeeds(changes: ImportChanges, { users }: KnownSite, deedOn: DeedOn): readonly Deed[] {
  const groups = new Map(changes.groupsOfUsers.map(({ userId, groupIds }) => [userId, groupIds]));
  const fields = new Map(changes.userChanges.map(({ id, ...change }) => [id, change]));
  const changed = [...users.values()].filter(({ id }) => groups.has(id) || fields.has(id));
  return [
    ...changes.users.map(({ id, name, role, isDisabled, passwordHash }) =>
      deedOn(id, "created", {
        ...{ name, role, hasPassword: passwordHash !== undefined, groupIds: groups.get(id) ?? [] },
        ...(isDisabled && { isDisabled }),
      }),
    ),
    ...changed.map(({ id, name, role, isDisabled }) => {
      const { passwordHash, ...shown } = fields.get(id) ?? {};
      const groupIds = groups.get(id);
      const password = passwordHash === undefined ? undefined : "set";
      return deedOn(id, "changed", {
        changed: namesOf({ ...shown, password, groupIds }),
        ...{ name, role: shown.role ?? role, isDisabled: shown.isDisabled ?? isDisabled, groupIds },
      });
    }),
  ];
}

function machineDeeds(changes: ImportChanges, { machines }: KnownSite, deedOn: DeedOn): readonly Deed[] {
  const names = new Map([...machines.values()].map(({ id, name }) => [id, name]));
  return [
    ...changes.machines.map(({ id, name, host, isDeclaredLocal, trust, protocols }) =>
      deedOn(id, "created", { name, host, isDeclaredLocal, trust, protocols: protocols.map(spoken) }),
    ),
    ...changes.machineChanges.map(({ id, protocols, ...shown }) =>
      deedOn(id, "changed", { name: names.get(id), ...shown, protocols: protocols?.map(spoken) }),
    ),
  ];
}

/** Which secrets were set, not which they are. */
function spoken({ protocol, port, credentialMode, username, domain, sealedPassword }: ProtocolRow) {
  const secretsSet = typeof sealedPassword === "string" ? ["password"] : [];
  return { protocol, port, credentialMode, username, domain, secretsSet };
}

function poolDeeds({ pools, machinesOfPools }: ImportChanges, deedOn: DeedOn): readonly Deed[] {
  const machines = new Map(machinesOfPools.map(({ poolId, machineIds }) => [poolId, machineIds]));
  const made = new Set(pools.map(({ id }) => id));
  return [
    ...pools.map(({ id, name, kind }) =>
      deedOn(id, "created", { name, kind, machineIds: machines.get(id) ?? [] }),
    ),
    ...machinesOfPools
      .filter(({ poolId }) => !made.has(poolId))
      .map(({ poolId, machineIds }) => deedOn(poolId, "machines_set", { machineIds })),
  ];
}

function namesOf(change: object): readonly string[] {
  return Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
