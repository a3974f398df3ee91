/** Machines and their pools of one in the database. Passwords come and go sealed. */
import type { Selectable } from "kysely";
import type { Machine } from "../domain/machine.ts";
import type { MachineChange, MachineStore, NewMachine, ProtocolRow } from "../features/machines/ports.ts";
import type { Database, Queries } from "./database.ts";
import { identityOf } from "./identities-store.ts";
import { refuseTaken } from "./refuse-taken.ts";
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

  async create(machine: NewMachine): Promise<Machine> {
    const { poolId, protocols, builtIn, isDeclaredLocal, ...rest } = machine;
    const { id, name, createdAt } = rest;
    const row = { ...rest, builtIn: builtIn ?? null, isDeclaredLocal: claim(isDeclaredLocal) };
    const work = this.#db.transaction().execute(async (trx) => {
      await trx.insertInto("machines").values(row).execute();
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
    const { protocols, isDeclaredLocal, ...columns } = change;
    const declared = isDeclaredLocal === undefined ? {} : { isDeclaredLocal: claim(isDeclaredLocal) };
    const work = this.#db.transaction().execute(async (trx) => {
      const [before] = await readMachines(trx, { id: machineId });
      if (!before) return undefined;
      // `id` keeps the statement valid where nothing else changes.
      const values = { id: machineId, ...columns, ...declared };
      await trx.updateTable("machines").set(values).where("id", "=", machineId).execute();
      if (change.name !== undefined)
        await trx.updateTable("pools").set({ name: change.name }).where("id", "=", before.poolId).execute();
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
    .selectAll("machines")
    .select("pools.id as poolId")
    .where("pools.kind", "=", "machine")
    .$if(only.id !== undefined, (query) => query.where("machines.id", "=", only.id ?? ""))
    .$if(only.builtIn !== undefined, (query) => query.where("machines.builtIn", "=", only.builtIn ?? ""))
    .orderBy("machines.name")
    .execute();
  const protocols = await db.selectFrom("machineProtocols").selectAll().orderBy("protocol").execute();
  const identities = await db.selectFrom("machineIdentities").selectAll().orderBy("firstSeenAt").execute();
  const byMachine = Map.groupBy(protocols, ({ machineId }) => machineId);
  const shownBy = Map.groupBy(identities, ({ machineId }) => machineId);
  return rows.map((row) => ({
    ...machineOf(row, byMachine.get(row.id) ?? []),
    identities: (shownBy.get(row.id) ?? []).map(identityOf),
  }));
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

function machineOf(
  row: Selectable<Tables["machines"]> & { readonly poolId: string },
  protocols: readonly Selectable<Tables["machineProtocols"]>[],
): Omit<Machine, "identities"> {
  const { id, name, description, host, poolId, trust, createdAt } = row;
  return {
    ...{ id, name, description, host, poolId, trust, createdAt },
    isDeclaredLocal: row.isDeclaredLocal === 1,
    isBuiltIn: row.builtIn !== null,
    protocols: protocols.map(({ protocol, port, credentialMode, username, domain, ...sealed }) => ({
      ...{ protocol, port, credentialMode, username, domain },
      hasPassword: sealed.sealedPassword !== null,
      hasPrivateKey: sealed.sealedPrivateKey !== null,
    })),
  };
}
