/** Gateways and their codes in the database. */
import { DeskgateError, type ErrorCode } from "@deskgate/contract";
import type { Selectable } from "kysely";
import type { Gateway } from "../domain/gateway.ts";
import type { GatewayChange, GatewayStore, NewGatewayCode } from "../features/gateways/ports.ts";
import type { Database, Queries } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";

export class GatewaysStore implements GatewayStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<readonly Gateway[]> {
    const rows = await present(this.#db).orderBy("gateways.name").execute();
    return rows.map(gatewayOf);
  }

  async find(gatewayId: string): Promise<Gateway | undefined> {
    const row = await present(this.#db).where("gateways.id", "=", gatewayId).executeTakeFirst();
    return row && gatewayOf(row);
  }

  update(gatewayId: string, { name, zoneId }: GatewayChange): Promise<Gateway | undefined> {
    const work = this.#db.transaction().execute(async (trx) => {
      await refuseUnknown(trx, "zones", { field: "zoneId", ids: zoneId ? [zoneId] : [] });
      await trx
        .updateTable("gateways")
        // `id` keeps the statement valid where nothing else changes.
        .set({
          id: gatewayId,
          ...(name === undefined ? {} : { name }),
          ...(zoneId === undefined ? {} : { zoneId }),
        })
        .where("id", "=", gatewayId)
        .where("removedAt", "is", null)
        .execute();
      const row = await present(trx).where("gateways.id", "=", gatewayId).executeTakeFirst();
      return row && gatewayOf(row);
    });
    return refuseTaken(work, "name");
  }

  async remove(gatewayId: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("gateways")
      .set({ removedAt: at, zoneId: null })
      .where("id", "=", gatewayId)
      .where("removedAt", "is", null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async markSeen(gatewayId: string, seen: { readonly at: number; readonly version?: string }): Promise<void> {
    const version = seen.version === undefined ? {} : { version: seen.version };
    await this.#db
      .updateTable("gateways")
      .set({ lastSeenAt: seen.at, ...version })
      .where("id", "=", gatewayId)
      .execute();
  }

  async createCode({ name, ...row }: NewGatewayCode): Promise<void> {
    const values = { ...row, name: name ?? null, usedAt: null };
    await this.#db.insertInto("gatewayCodes").values(values).execute();
  }

  async redeemCode(
    secretHash: string,
    gateway: Gateway,
  ): Promise<{ readonly name: string } | { readonly refused: ErrorCode }> {
    const at = gateway.addedAt;
    return this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("gatewayCodes")
        .set({ usedAt: at })
        .where("secretHash", "=", secretHash)
        .where("usedAt", "is", null)
        .where("expiresAt", ">", at)
        .executeTakeFirst();
      const code = await codeOf(trx, secretHash);
      if (numUpdatedRows !== 1n) return { refused: refusalOf(code) };
      const name = await freeName(trx, code?.name ?? gateway.name);
      await insert(trx, { ...gateway, name });
      return { name };
    });
  }

  async putBuiltIn(gateway: Gateway): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("gateways")
        .set({ version: gateway.version })
        .where("id", "=", gateway.id)
        .executeTakeFirst();
      if (0n < numUpdatedRows) return;
      await insert(trx, { ...gateway, name: await freeName(trx, gateway.name) });
    });
  }

  async removeBuiltIn(): Promise<void> {
    await this.#db.deleteFrom("gateways").where("publicKey", "=", "").execute();
  }
}

function present(db: Queries) {
  return db
    .selectFrom("gateways")
    .leftJoin("zones", "zones.id", "gateways.zoneId")
    .selectAll("gateways")
    .select("zones.name as zoneName")
    .where("gateways.removedAt", "is", null);
}

function codeOf(trx: Queries, secretHash: string) {
  return trx.selectFrom("gatewayCodes").selectAll().where("secretHash", "=", secretHash).executeTakeFirst();
}

function refusalOf(code: { readonly usedAt: number | null } | undefined): ErrorCode {
  if (!code) return "gateway_code_unknown";
  return code.usedAt === null ? "gateway_code_expired" : "gateway_code_used";
}

async function insert(trx: Queries, { lastSeenAt, zone, ...gateway }: Gateway): Promise<void> {
  const row = { ...gateway, zoneId: zone?.id ?? null, lastSeenAt: lastSeenAt ?? null, removedAt: null };
  await trx.insertInto("gateways").values(row).execute();
}

/** LIMIT: gateways of one name that are told apart by a number. */
const MAX_NAMESAKES = 1_000;

/** Hosts are often called alike; the code is used up, so a taken name gets a number instead of a refusal. */
async function freeName(trx: Queries, wanted: string): Promise<string> {
  const rows = await present(trx).execute();
  const taken = new Set(rows.map(({ name }) => name));
  for (let count = 1; count <= MAX_NAMESAKES; count++) {
    const name = count === 1 ? wanted : `${wanted} (${count})`;
    if (!taken.has(name)) return name;
  }
  throw new DeskgateError("name_taken");
}

type GatewayRow = Selectable<Tables["gateways"]> & { readonly zoneName: string | null };

function gatewayOf({ removedAt: _, zone: __, zoneId, zoneName, lastSeenAt, ...row }: GatewayRow): Gateway {
  const zone = zoneId === null ? undefined : { id: zoneId, name: zoneName ?? "" };
  return { ...row, zone, lastSeenAt: lastSeenAt ?? undefined };
}
