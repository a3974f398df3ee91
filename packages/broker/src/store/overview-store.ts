/** What the overview counts, in the database. */
import type { OverviewStore, Refusal, SessionSample } from "../features/overview/ports.ts";
import { readConditions } from "./choosing-rules.ts";
import type { Database } from "./database.ts";

export class OverviewsStore implements OverviewStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async countLive() {
    const rows = await this.#db
      .selectFrom("sessions")
      .select(["state"])
      .select(({ fn }) => [
        fn.countAll<number>().as("sessions"),
        fn.count<number>("userId").distinct().as("people"),
      ])
      .where("state", "!=", "ended")
      .groupBy("state")
      .execute();
    const liveSessions = rows.reduce((sum, row) => sum + Number(row.sessions), 0);
    return { peopleOn: Number(rows.find(({ state }) => state === "active")?.people ?? 0), liveSessions };
  }

  async sample(at: number): Promise<void> {
    const { liveSessions: live } = await this.countLive();
    await this.#db
      .insertInto("sessionSamples")
      .values({ at, live })
      .onConflict((oc) => oc.column("at").doNothing())
      .execute();
  }

  listSamples(since: number): Promise<readonly SessionSample[]> {
    return this.#db
      .selectFrom("sessionSamples")
      .select(["at", "live"])
      .where("at", ">=", since)
      .orderBy("at")
      .execute();
  }

  async countMachines() {
    const rows = await this.#db.selectFrom("machines").select("id").execute();
    const conditions = await readConditions(
      this.#db,
      rows.map(({ id }) => id),
    );
    const count = { up: 0, down: 0, unknown: 0, maintenance: 0 };
    for (const { health, isInMaintenance } of conditions.values())
      count[isInMaintenance ? "maintenance" : health]++;
    return count;
  }

  listGateways() {
    return this.#db
      .selectFrom("gateways")
      .select(["id", "name"])
      .where("removedAt", "is", null)
      .orderBy("name")
      .execute();
  }

  async listRefusals(limit: number): Promise<readonly Refusal[]> {
    const rows = await this.#db
      .selectFrom("auditRecords")
      .select(["at", "actorUserId", "actorName", "subjectId", "detail"])
      .where("action", "=", "desktop.refused")
      .orderBy("sequence", "desc")
      .limit(limit)
      .execute();
    return rows.map(({ at, actorUserId, actorName, subjectId, detail }) => {
      const said = JSON.parse(detail) as Partial<Record<"code" | "desktop", unknown>>; // written by the desktops' service
      return {
        ...{ at, userId: actorUserId, userName: actorName, poolId: subjectId },
        ...{ desktop: String(said.desktop ?? ""), code: String(said.code ?? "") },
      };
    });
  }
}
