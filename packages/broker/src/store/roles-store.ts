/** Roles that the site made, in the database. */
import type { Role } from "../domain/role.ts";
import type { NewRole, RoleChange, RoleStore } from "../features/roles/ports.ts";
import type { Database } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { removeUnused } from "./remove-unused.ts";
import { customRoleOf, findRole } from "./role-of.ts";
import { isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

export class RolesStore implements RoleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listCustom(): Promise<readonly Role[]> {
    const rows = await this.#db.selectFrom("roles").selectAll().orderBy("name").orderBy("id").execute();
    return rows.map(customRoleOf);
  }

  find(roleId: string): Promise<Role | undefined> {
    return findRole(this.#db, roleId);
  }

  async create({ permissions, ...role }: NewRole): Promise<void> {
    const row = { ...role, permissions: JSON.stringify(permissions) };
    await refuseTaken(this.#db.insertInto("roles").values(row).execute(), "name");
  }

  update(roleId: string, { name, permissions, ifVersion }: RoleChange): Promise<Role | undefined> {
    const values = { name, permissions: permissions && JSON.stringify(permissions) };
    const work = this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable("roles")
        .set({ ...values, version: NEXT_VERSION })
        .where("id", "=", roleId)
        .where(isAtVersion(ifVersion))
        .returningAll()
        .executeTakeFirst();
      if (!row) await refuseStale(trx, "roles", roleId);
      return row && customRoleOf(row);
    });
    return refuseTaken(work, "name");
  }

  remove(roleId: string, ifVersion: number | undefined): Promise<"removed" | "unknown" | "in-use"> {
    return removeUnused(this.#db, { table: "roles", id: roleId, users: [["users", "roleId"]], ifVersion });
  }
}
