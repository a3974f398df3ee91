/** Gateways and their codes in the database. */
import { DeskgateError, type ErrorCode } from "@deskgate/contract";
import type { Gateway } from "../domain/gateway.ts";
import type { GatewayStore, NewGatewayCode } from "../features/gateways/ports.ts";
import type { Database, Queries } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";

export class GatewaysStore implements GatewayStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<readonly Gateway[]> {
    const rows = await present(this.#db).orderBy("name").execute();
    return rows.map(gatewayOf);
  }

  async find(gatewayId: string): Promise<Gateway | undefined> {
    const row = await present(this.#db).where("id", "=", gatewayId).executeTakeFirst();
    return row && gatewayOf(row);
  }

  async rename(gatewayId: string, name: string): Promise<Gateway | undefined> {
    const work = this.#db
      .updateTable("gateways")
      .set({ name })
      .where("id", "=", gatewayId)
      .where("removedAt", "is", null)
      .execute();
    await refuseTaken(work, "name");
    return this.find(gatewayId);
  }

  async remove(gatewayId: string, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("gateways")
      .set({ removedAt: at })
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
  return db.selectFrom("gateways").selectAll().where("removedAt", "is", null);
}

function codeOf(trx: Queries, secretHash: string) {
  return trx.selectFrom("gatewayCodes").selectAll().where("secretHash", "=", secretHash).executeTakeFirst();
}

function refusalOf(code: { readonly usedAt: number | null } | undefined): ErrorCode {
  if (!code) return "gateway_code_unknown";
  return code.usedAt === null ? "gateway_code_expired" : "gateway_code_used";
}

async function insert(trx: Queries, { lastSeenAt, ...gateway }: Gateway): Promise<void> {
  const row = { ...gateway, lastSeenAt: lastSeenAt ?? null, removedAt: null };
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

function gatewayOf({
  removedAt: _,
  lastSeenAt,
  ...row
}: Omit<Gateway, "lastSeenAt"> & {
  readonly lastSeenAt: number | null;
  readonly removedAt: number | null;
}): Gateway {
  return { ...row, lastSeenAt: lastSeenAt ?? undefined };
}
