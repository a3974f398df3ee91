/** Machines and their pools of one in the database. Passwords come and go sealed. */
import type { Selectable } from "kysely";
import { IS_PROBED, NOT_PROBED } from "../domain/health.ts";
import type { Machine } from "../domain/machine.ts";
import type { Page, PageRequest } from "../domain/page.ts";
import type {
  MachineChange,
  MachineFilter,
  MachineSort,
  MachineStore,
  NewMachine,
  ProtocolRow,
} from "../features/machines/ports.ts";
import type { Database, Queries } from "./database.ts";
import { identityOf } from "./identities-store.ts";
import { type ListShape, readPage } from "./lists.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";
import { isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

// LIMIT: ids of one statement; databases limit the placeholders of a statement.
const IDS_PER_STATEMENT = 500;

const MACHINE_LIST: ListShape<MachineSort> = {
  id: "machines.id",
  sorts: {
    name: { column: "machines.name", as: "text" },
    host: { column: "machines.host", as: "text" },
    createdAt: { column: "machines.createdAt", as: "number" },
  },
  searched: ["machines.name", "machines.description", "machines.host"],
};

export class MachinesStore implements MachineStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(request: PageRequest<MachineSort>, filter: MachineFilter): Promise<Page<Machine>> {
    const { protocol, poolId } = filter;
    const rows = selectMachines(this.#db)
      .$if(protocol !== undefined, (query) =>
        query.where("machines.id", "in", (eb) =>
          eb
            .selectFrom("machineProtocols")
            .select("machineProtocols.machineId")
            .where("machineProtocols.protocol", "=", protocol ?? "vnc"),
        ),
      )
      .$if(poolId !== undefined, (query) =>
        query.where("machines.id", "in", (eb) =>
          eb
            .selectFrom("poolMembers as member")
            .select("member.machineId")
            .where("member.poolId", "=", poolId ?? ""),
        ),
      );
    const page = await readPage(rows, MACHINE_LIST, request);
    return { ...page, items: await withDetails(this.#db, page.items) };
  }

  listAll(): Promise<readonly Machine[]> {
    return readMachines(this.#db, {});
  }

  async isNameTaken(name: string): Promise<boolean> {
    const found = this.#db.selectFrom("machines").select("id").where("name", "=", name);
    return (await found.executeTakeFirst()) !== undefined;
  }

  async find(machineId: string): Promise<Machine | undefined> {
    return (await readMachines(this.#db, { id: machineId }))[0];
  }

  async findBuiltIn(builtIn: string): Promise<Machine | undefined> {
    return (await readMachines(this.#db, { builtIn }))[0];
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
    const { protocols, isDeclaredLocal, isInMaintenance, tags, ifVersion, ...columns } = change;
    const declared = isDeclaredLocal === undefined ? {} : { isDeclaredLocal: claim(isDeclaredLocal) };
    const maintained = isInMaintenance === undefined ? {} : { isInMaintenance: claim(isInMaintenance) };
    const work = this.#db.transaction().execute(async (trx) => {
      const [before] = await readMachines(trx, { id: machineId });
      if (!before) return undefined;
      await refuseUnknown(trx, "zones", { field: "zoneId", ids: columns.zoneId ? [columns.zoneId] : [] });
      const { numUpdatedRows } = await trx
        .updateTable("machines")
        .set({ ...columns, ...declared, ...maintained, version: NEXT_VERSION })
        .where("id", "=", machineId)
        .where(isAtVersion(ifVersion))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) await refuseStale(trx, "machines", machineId);
      if (change.name !== undefined)
        await trx
          .updateTable("pools")
          .set({ name: change.name, version: NEXT_VERSION })
          .where("id", "=", before.poolId)
          .execute();
      if (tags) await writeTags(trx, machineId, tags);
      if (protocols) await writeProtocols(trx, machineId, protocols);
      return readOne(trx, machineId);
    });
    return refuseTaken(work, "name");
  }

  async remove(machineId: string, ifVersion: number | undefined): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const ownPools = trx.selectFrom("poolMembers").select("poolId").where("machineId", "=", machineId);
      await trx.deleteFrom("pools").where("kind", "=", "machine").where("id", "in", ownPools).execute();
      const { numDeletedRows } = await trx
        .deleteFrom("machines")
        .where("id", "=", machineId)
        .where(isAtVersion(ifVersion))
        .executeTakeFirst();
      // Throws, so that the pool comes back.
      if (numDeletedRows === 0n) await refuseStale(trx, "machines", machineId);
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
  const rows = await selectMachines(db)
    .$if(only.id !== undefined, (query) => query.where("machines.id", "=", only.id ?? ""))
    .$if(only.builtIn !== undefined, (query) => query.where("machines.builtIn", "=", only.builtIn ?? ""))
    .orderBy("machines.name")
    .execute();
  return withDetails(db, rows);
}

/** Each machine with the pool that hands out just it, and its health. */
function selectMachines(db: Queries) {
  return db
    .selectFrom("machines")
    .innerJoin("poolMembers", "poolMembers.machineId", "machines.id")
    .innerJoin("pools", (join) =>
      join.onRef("pools.id", "=", "poolMembers.poolId").on("pools.kind", "=", "machine"),
    )
    .leftJoin("machineHealth", "machineHealth.machineId", "machines.id")
    .selectAll("machines")
    .select(["machineHealth.state as healthState", "machineHealth.since", "machineHealth.detail"])
    .select("poolMembers.poolId");
}

type MachineRow = Selectable<Tables["machines"]> & {
  readonly poolId: string;
  readonly healthState: Tables["machineHealth"]["state"] | null;
  readonly since: number | null;
  readonly detail: string | null;
};

/** The rows with their protocols, identities and tags. */
async function withDetails(db: Queries, rows: readonly MachineRow[]): Promise<readonly Machine[]> {
  const protocols: Selectable<Tables["machineProtocols"]>[] = [];
  const identities: Selectable<Tables["machineIdentities"]>[] = [];
  const tags: Selectable<Tables["machineTags"]>[] = [];
  for (let begin = 0; begin < rows.length; begin += IDS_PER_STATEMENT) {
    const ids = rows.slice(begin, begin + IDS_PER_STATEMENT).map(({ id }) => id);
    protocols.push(
      ...(await db
        .selectFrom("machineProtocols")
        .selectAll()
        .where("machineId", "in", ids)
        .orderBy("protocol")
        .execute()),
    );
    identities.push(
      ...(await db
        .selectFrom("machineIdentities")
        .selectAll()
        .where("machineId", "in", ids)
        .orderBy("firstSeenAt")
        .execute()),
    );
    tags.push(
      ...(await db
        .selectFrom("machineTags")
        .selectAll()
        .where("machineId", "in", ids)
        .orderBy("tag")
        .execute()),
    );
  }
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

export async function writeProtocols(
  trx: Queries,
  machineId: string,
  rows: readonly ProtocolRow[],
): Promise<void> {
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
  row: MachineRow,
  protocols: readonly Selectable<Tables["machineProtocols"]>[],
): Omit<Machine, "identities" | "tags"> {
  const { id, name, description, host, poolId, trust, createdAt, version } = row;
  return {
    ...{ id, name, description, host, poolId, trust, createdAt, version },
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
