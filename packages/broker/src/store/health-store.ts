/** The health of machines in the database: the state and since when, written only where it changes. */
import { IS_PROBED } from "../domain/health.ts";
import type { HealthStore, NewHealth, ProbedMachine } from "../features/machines/ports.ts";
import type { Database } from "./database.ts";

export class MachineHealthStore implements HealthStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listProbed(): Promise<readonly ProbedMachine[]> {
    const rows = await this.#db
      .selectFrom("machines")
      .innerJoin("machineProtocols", "machineProtocols.machineId", "machines.id")
      .select(["machines.id", "machines.host", "machines.isDeclaredLocal", "machines.zoneId"])
      .select(["machineProtocols.protocol", "machineProtocols.port"])
      .orderBy("machines.id")
      .orderBy("machineProtocols.protocol")
      .execute();
    const probed = rows.filter(({ protocol }) => IS_PROBED[protocol]);
    const byMachine = Map.groupBy(probed, ({ id }) => id);
    return [...byMachine].map(([id, protocols]) => ({
      id,
      zoneId: protocols[0]?.zoneId ?? undefined,
      targets: protocols.map(({ protocol, host, port, isDeclaredLocal }) => ({
        protocol,
        target: { host, port, isDeclaredLocal: isDeclaredLocal === 1 },
      })),
    }));
  }

  async write({ machineId, ...health }: NewHealth): Promise<boolean> {
    const { state } = health;
    return this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("machineHealth")
        .set(health)
        .where("machineId", "=", machineId)
        .where("state", "!=", state)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return true;
      const known = trx.selectFrom("machineHealth").select("state").where("machineId", "=", machineId);
      const machine = trx.selectFrom("machines").select("id").where("id", "=", machineId);
      // Removed while it was probed.
      if ((await known.executeTakeFirst()) || !(await machine.executeTakeFirst())) return false;
      await trx
        .insertInto("machineHealth")
        .values({ machineId, ...health })
        .execute();
      return true;
    });
  }
}
