/** Machines and their pools of one in the database. Passwords come and go sealed. */
import type { PoolPolicy } from "@deskgate/contract";
import type { Selectable } from "kysely";
import { IS_PROBED, NOT_PROBED } from "../domain/health.ts";
import type { Machine, Pool } from "../domain/machine.ts";
import type { MachineChange, MachineStore, NewMachine, ProtocolRow } from "../features/machines/ports.ts";
import type { Database, Queries } from "./database.ts";
import { identityOf } from "./identities-store.ts";
import { policyOf } from "./pool-policy.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";

export class MachinesStore implements MachineStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<readonly Machine[]> {
    return readMachines(this.#db, {});
  }

  async find(machineId: string): Promise<Machine | undefined> {
    return (await readMachines(this.#db, { id: machineId }))[0];
  }

  async findBuiltIn(builtIn: string): Promise<Machine | undefined> {
    return (await readMachines(this.#db, { builtIn }))[0];
  }

  async listPools(): Promise<readonly Pool[]> {
    const pools = await this.#db
      .selectFrom("pools")
      .select(["id", "name", "kind", "policy"])
      .orderBy("name")
      .execute();
    const members = await this.#db.selectFrom("poolMembers").selectAll().execute();
    const byPool = Map.groupBy(members, ({ poolId }) => poolId);
    return pools.map(({ policy, ...pool }) => ({
      ...pool,
      machineIds: (byPool.get(pool.id) ?? []).map(({ machineId }) => machineId),
      policy: policyOf(policy),
    }));
  }

  async setPolicy(poolId: string, policy: PoolPolicy): Promise<Pool | undefined> {
    const values = { policy: JSON.stringify(policy) };
    await this.#db.updateTable("pools").set(values).where("id", "=", poolId).execute();
    return (await this.listPools()).find(({ id }) => id === poolId);
  }

  async create(machine: NewMachine): Promise<Machine> {
    const { poolId, protocols, builtIn, isDeclaredLocal, isInMaintenance, tags, ...rest } = machine;
    const { id, name, createdAt } = rest;
    const claims = {
      isDeclaredLocal: claim(isDeclaredLocal),
      isInMaintenance: claim(isInMaintenance),
    };
    const row = { ...rest, builtIn: builtIn ?? null, ...claims };
    const work = this.#db.transaction().execute(async (trx) => {
      await refuseUnknown(trx, "zones", { field: "zoneId", ids: row.zoneId === null ? [] : [row.zoneId] });
      await trx.insertInto("machines").values(row).execute();
      await writeTags(trx, id, tags);
      await writeProtocols(trx, id, protocols);
      await trx
        .insertInto("pools")
        .values({ id: poolId, name, kind: "machine", policy: null, createdAt })
        .execute();
      await trx.insertInto("poolMembers").values({ poolId, machineId: id }).execute();
      return readOne(trx, id);
    });
    return refuseTaken(work, "name");
  }

  async update(machineId: string, change: MachineChange): Promise<Machine | undefined> {
    const { protocols, isDeclaredLocal, isInMaintenance, tags, ...columns } = change;
    const declared = isDeclaredLocal === undefined ? {} : { isDeclaredLocal: claim(isDeclaredLocal) };
    const maintained = isInMaintenance === undefined ? {} : { isInMaintenance: claim(isInMaintenance) };
    const work = this.#db.transaction().execute(async (trx) => {
      const [before] = await readMachines(trx, { id: machineId });
      if (!before) return undefined;
      // `id` keeps the statement valid where nothing else changes.
      const values = { id: machineId, ...columns, ...declared, ...maintained };
      await refuseUnknown(trx, "zones", { field: "zoneId", ids: columns.zoneId ? [columns.zoneId] : [] });
      await trx.updateTable("machines").set(values).where("id", "=", machineId).execute();
      if (change.name !== undefined)
        await trx.updateTable("pools").set({ name: change.name }).where("id", "=", before.poolId).execute();
      if (tags) await writeTags(trx, machineId, tags);
      if (protocols) await writeProtocols(trx, machineId, protocols);
      return readOne(trx, machineId);
    });
    return refuseTaken(work, "name");
  }

  async remove(machineId: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const ownPools = trx.selectFrom("poolMembers").select("poolId").where("machineId", "=", machineId);
      await trx.deleteFrom("pools").where("kind", "=", "machine").where("id", "in", ownPools).execute();
      const { numDeletedRows } = await trx
        .deleteFrom("machines")
        .where("id", "=", machineId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }
}

function claim(isTrue: boolean): 0 | 1 {
  return isTrue ? 1 : 0;
}

async function readOne(db: Queries, machineId: string): Promise<Machine> {
  const [machine] = await readMachines(db, { id: machineId });
  if (!machine) throw new Error("a machine is gone inside the transaction that wrote it");
  return machine;
}

async function readMachines(
  db: Queries,
  only: { readonly id?: string; readonly builtIn?: string },
): Promise<readonly Machine[]> {
  const rows = await db
    .selectFrom("machines")
    .innerJoin("poolMembers", "poolMembers.machineId", "machines.id")
    .innerJoin("pools", "pools.id", "poolMembers.poolId")
    .leftJoin("machineHealth", "machineHealth.machineId", "machines.id")
    .selectAll("machines")
    .select(["machineHealth.state as healthState", "machineHealth.since", "machineHealth.detail"])
    .select("pools.id as poolId")
    .where("pools.kind", "=", "machine")
    .$if(only.id !== undefined, (query) => query.where("machines.id", "=", only.id ?? ""))
    .$if(only.builtIn !== undefined, (query) => query.where("machines.builtIn", "=", only.builtIn ?? ""))
    .orderBy("machines.name")
    .execute();
  const protocols = await db.selectFrom("machineProtocols").selectAll().orderBy("protocol").execute();
  const identities = await db.selectFrom("machineIdentities").selectAll().orderBy("firstSeenAt").execute();
  const tags = await db.selectFrom("machineTags").selectAll().orderBy("tag").execute();
  const tagged = Map.groupBy(tags, ({ machineId }) => machineId);
  const byMachine = Map.groupBy(protocols, ({ machineId }) => machineId);
  const shownBy = Map.groupBy(identities, ({ machineId }) => machineId);
  return rows.map((row) => ({
    ...machineOf(row, byMachine.get(row.id) ?? []),
    tags: (tagged.get(row.id) ?? []).map(({ tag }) => tag),
    identities: (shownBy.get(row.id) ?? []).map(identityOf),
  }));
}

async function writeTags(trx: Queries, machineId: string, tags: readonly string[]): Promise<void> {
  await trx.deleteFrom("machineTags").where("machineId", "=", machineId).execute();
  const rows = [...new Set(tags)].map((tag) => ({ machineId, tag }));
  if (rows.length > 0) await trx.insertInto("machineTags").values(rows).execute();
}

async function writeProtocols(trx: Queries, machineId: string, rows: readonly ProtocolRow[]): Promise<void> {
  const stored = await trx
    .selectFrom("machineProtocols")
    .selectAll()
    .where("machineId", "=", machineId)
    .execute();
  await trx.deleteFrom("machineProtocols").where("machineId", "=", machineId).execute();
  const values = rows.map((row) => {
    const before = stored.find(({ protocol }) => protocol === row.protocol);
    return { machineId, protocol: row.protocol, port: row.port, ...credentialOf(row, before) };
  });
  await trx.insertInto("machineProtocols").values(values).execute();
}

/** What changes over what is kept. */
function credentialOf(row: ProtocolRow, before: Selectable<Tables["machineProtocols"]> | undefined) {
  const credentialMode = row.credentialMode ?? before?.credentialMode ?? "none";
  const isStored = credentialMode === "stored";
  const secret = (change: string | null | undefined, kept: string | null | undefined) =>
    isStored ? (change === undefined ? (kept ?? null) : change) : null;
  return {
    credentialMode,
    username: row.username ?? before?.username ?? "",
    domain: row.domain ?? before?.domain ?? "",
    sealedPassword: secret(row.sealedPassword, before?.sealedPassword),
    sealedPrivateKey: secret(row.sealedPrivateKey, before?.sealedPrivateKey),
    sealedPassphrase: secret(row.sealedPassphrase, before?.sealedPassphrase),
  };
}

type MachineRow = Selectable<Tables["machines"]> & {
  readonly poolId: string;
  readonly healthState: "up" | "down" | null;
  readonly since: number | null;
  readonly detail: string | null;
};

function machineOf(
  row: MachineRow,
  protocols: readonly Selectable<Tables["machineProtocols"]>[],
): Omit<Machine, "identities" | "tags"> {
  const { id, name, description, host, poolId, trust, createdAt } = row;
  return {
    ...{ id, name, description, host, poolId, trust, createdAt },
    isDeclaredLocal: row.isDeclaredLocal === 1,
    isBuiltIn: row.builtIn !== null,
    zoneId: row.zoneId ?? undefined,
    macAddress: row.macAddress ?? undefined,
    isInMaintenance: row.isInMaintenance === 1,
    health: {
      state: row.healthState ?? "unknown",
      since: row.since ?? undefined,
      checkedAt: undefined,
      detail: row.detail ?? (protocols.some(({ protocol }) => IS_PROBED[protocol]) ? "" : NOT_PROBED),
    },
    protocols: protocols.map(({ protocol, port, credentialMode, username, domain, ...sealed }) => ({
      ...{ protocol, port, credentialMode, username, domain },
      hasPassword: sealed.sealedPassword !== null,
      hasPrivateKey: sealed.sealedPrivateKey !== null,
    })),
  };
}
