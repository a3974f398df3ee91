/** Policies in the database. */
import type { Selectable } from "kysely";
import type { AccessQuestion } from "../domain/access.ts";
import type { NamedPolicy, PolicyChange, PolicyStore } from "../features/policies/ports.ts";
import type { Database } from "./database.ts";
import { readGrants } from "./grants.ts";
import { saysOf } from "./policy-column.ts";
import { policyOf } from "./pool-policy.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { removeUnused } from "./remove-unused.ts";
import type { Tables } from "./tables.ts";
import { isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

export class PoliciesStore implements PolicyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<readonly NamedPolicy[]> {
    const rows = await this.#db.selectFrom("policies").selectAll().orderBy("name").orderBy("id").execute();
    return rows.map(namedPolicyOf);
  }

  async find(policyId: string): Promise<NamedPolicy | undefined> {
    const row = await this.#db
      .selectFrom("policies")
      .selectAll()
      .where("id", "=", policyId)
      .executeTakeFirst();
    return row && namedPolicyOf(row);
  }

  async create({ says, ...policy }: NamedPolicy): Promise<void> {
    const row = { ...policy, says: JSON.stringify(says) };
    await refuseTaken(this.#db.insertInto("policies").values(row).execute(), "name");
  }

  update(policyId: string, { name, says, ifVersion }: PolicyChange): Promise<NamedPolicy | undefined> {
    const work = this.#db.transaction().execute(async (trx) => {
      const found = trx.selectFrom("policies").selectAll().where("id", "=", policyId);
      const before = await found.executeTakeFirst();
      if (!before) return undefined;
      const said = Object.entries(says).filter(([, value]) => value !== undefined);
      const after = { ...saysOf(before.says), ...Object.fromEntries(said) };
      const values = { name: name ?? before.name, says: JSON.stringify(after) };
      const changed = await trx
        .updateTable("policies")
        .set({ ...values, version: NEXT_VERSION })
        .where("id", "=", policyId)
        .where(isAtVersion(ifVersion))
        .returningAll()
        .executeTakeFirst();
      if (!changed) await refuseStale(trx, "policies", policyId);
      return changed && namedPolicyOf(changed);
    });
    return refuseTaken(work, "name");
  }

  remove(policyId: string, ifVersion: number | undefined): Promise<"removed" | "unknown" | "in-use"> {
    const users = [["entitlements", "policyId"]] as const;
    return removeUnused(this.#db, { table: "policies", id: policyId, users, ifVersion });
  }

  async findAccess(
    userId: string,
    poolId: string,
  ): Promise<Pick<AccessQuestion, "pool" | "grants"> | undefined> {
    const user = this.#db.selectFrom("users").select("id").where("id", "=", userId);
    const pool = this.#db.selectFrom("pools").select(["id", "name", "policy"]).where("id", "=", poolId);
    const [foundUser, found] = [await user.executeTakeFirst(), await pool.executeTakeFirst()];
    if (!foundUser || !found) return undefined;
    const grants = await readGrants(this.#db, { userId, poolId });
    return { pool: { ...found, policy: policyOf(found.policy) }, grants: grants.get(poolId) ?? [] };
  }
}

function namedPolicyOf({ says, ...row }: Selectable<Tables["policies"]>): NamedPolicy {
  return { ...row, says: saysOf(says) };
}
