/** Wishes to wake machines in the database. */
import type { GatewayFacts } from "../domain/choosing.ts";
import type { Sleeper, WakeAsked, WakeStore } from "../features/machines/ports.ts";
import { placeGateways } from "./choosing-rules.ts";
import type { Database } from "./database.ts";

export class WakesStore implements WakeStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  ask(machineId: string, wish: { readonly at: number; readonly intervalMs: number }): Promise<WakeAsked> {
    const { at, intervalMs } = wish;
    return this.#db.transaction().execute(async (trx): Promise<WakeAsked> => {
      const before = at - intervalMs;
      const { numUpdatedRows } = await trx
        .updateTable("machines")
        .set({ wakeAskedAt: at })
        .where("id", "=", machineId)
        .where("macAddress", "is not", null)
        .where((eb) => eb.or([eb("wakeAskedAt", "is", null), eb("wakeAskedAt", "<=", before)]))
        .where((eb) => eb.or([eb("wakeSentAt", "is", null), eb("wakeSentAt", "<=", before)]))
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return { is: "asked" };
      const row = await trx
        .selectFrom("machines")
        .select(["macAddress", "wakeAskedAt", "wakeSentAt"])
        .where("id", "=", machineId)
        .executeTakeFirst();
      if (!row) return { is: "unknown" };
      if (row.macAddress === null) return { is: "no-mac-address" };
      return { is: "too-soon", again: Math.max(row.wakeAskedAt ?? 0, row.wakeSentAt ?? 0) + intervalMs };
    });
  }

  async listAsked(since: number): Promise<readonly Sleeper[]> {
    const rows = await this.#db
      .selectFrom("machines")
      .select(["id", "macAddress", "host", "zoneId", "wakeAskedAt"])
      .where("wakeAskedAt", "is not", null)
      .orderBy("wakeAskedAt")
      .execute();
    // Mostly there are none, and nothing is written.
    if (rows.some(({ wakeAskedAt }) => (wakeAskedAt ?? 0) < since))
      await this.#db
        .updateTable("machines")
        .set({ wakeAskedAt: null })
        .where("wakeAskedAt", "<", since)
        .execute();
    return rows.flatMap(({ id, macAddress, host, zoneId, wakeAskedAt }) =>
      macAddress === null || wakeAskedAt === null || wakeAskedAt < since
        ? []
        : [{ machineId: id, macAddress, host, zoneId: zoneId ?? undefined }],
    );
  }

  async take(machineId: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("machines")
      .set({ wakeAskedAt: null, wakeSentAt: at })
      .where("id", "=", machineId)
      .where("wakeAskedAt", "is not", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  placeGateways(gateways: readonly GatewayFacts[]): Promise<readonly GatewayFacts[]> {
    return placeGateways(this.#db, gateways);
  }
}
