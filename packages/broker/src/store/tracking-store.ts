/** What gateways said about connections, in the database. */
import { ACTIVE_LEASE_MS } from "../domain/session-state.ts";
import type {
  ClosedConnection,
  Ended,
  LiveConnection,
  OpeningOutcome,
  TrackingStore,
} from "../features/sessions/ports.ts";
import type { Database } from "./database.ts";
import { endConnections, NOTHING_ENDED } from "./end-connections.ts";
import { applyToSession, writeStory } from "./session-transitions.ts";

type Opened = Parameters<TrackingStore["markOpened"]>[0];

export class TrackingsStore implements TrackingStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async markOpened({ connectionId, gatewayId, viewerAddress, at }: Opened): Promise<OpeningOutcome> {
    return this.#db.transaction().execute(async (trx) => {
      const found = trx.selectFrom("connections").selectAll().where("id", "=", connectionId);
      const row = await found.executeTakeFirst();
      if (!row || row.state === "ended") return { now: "not-allowed", reason: row?.endReason ?? "killed" };
      // The same ticket shown at two gateways: the first to say so has the connection.
      if (row.state === "open" && row.gatewayId !== gatewayId)
        return { now: "not-allowed", reason: "taken_over" };
      const openedAt = row.openedAt ?? at;
      const address = viewerAddress ?? row.viewerAddress;
      await trx
        .updateTable("connections")
        .set({ state: "open", openedAt, gatewayId, viewerAddress: address })
        .where("id", "=", connectionId)
        .execute();
      await trx
        .updateTable("tickets")
        .set({ usedAt: at })
        .where("connectionId", "=", connectionId)
        .where("usedAt", "is", null)
        .execute();
      await applyToSession(trx, { sessionId: row.sessionId, event: { type: "opened" }, at });
      const detail = `${row.protocol} from ${address ?? "an unknown address"}`;
      if (row.state === "reserved")
        await writeStory(trx, [{ sessionId: row.sessionId, at, event: "viewer_connected", detail }]);
      return { now: "open" };
    });
  }

  async markClosed({ connectionId, gatewayId, ending, ...bytes }: ClosedConnection): Promise<Ended> {
    return this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("connections")
        .set({ bytesToViewer: bytes.bytesToViewer, bytesToTarget: bytes.bytesToTarget })
        .where("id", "=", connectionId)
        .where("gatewayId", "=", gatewayId)
        .executeTakeFirst();
      return numUpdatedRows === 0n ? NOTHING_ENDED : endConnections(trx, [connectionId], ending);
    });
  }

  async listLiveOn(gatewayId: string): Promise<readonly LiveConnection[]> {
    const rows = await this.#db
      .selectFrom("connections")
      .select(["id as connectionId", "state", "openedAt"])
      .where("gatewayId", "=", gatewayId)
      .where("state", "in", ["reserved", "open"])
      .execute();
    return rows.map(({ connectionId, state, openedAt }) => ({
      connectionId,
      state: state === "open" ? "open" : "reserved",
      openedAt: openedAt ?? undefined,
    }));
  }

  async renewLeases(gatewayId: string, at: number): Promise<void> {
    const here = this.#db
      .selectFrom("connections")
      .select("sessionId")
      .where("gatewayId", "=", gatewayId)
      .where("state", "=", "open");
    // What `reported` means to an active session, for all of them at once, and written at half the time only.
    await this.#db
      .updateTable("sessions")
      .set({ leaseExpiresAt: at + ACTIVE_LEASE_MS })
      .where("state", "=", "active")
      .where("leaseExpiresAt", "<", at + ACTIVE_LEASE_MS / 2)
      .where("id", "in", here)
      .execute();
  }

  async listGatewaysInUse(): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom("connections")
      .select("gatewayId")
      .distinct()
      .where("state", "in", ["reserved", "open"])
      .execute();
    return rows.map(({ gatewayId }) => gatewayId);
  }
}
