/** Removes what nothing refers to, and only that. */
import { DeskgateError } from "@deskgate/contract";
import type { Database } from "./database.ts";
import { isAtVersion } from "./versions.ts";

/** Where a row of the table is referred to. */
type Users =
  | readonly ["users", "roleId"]
  | readonly ["entitlements", "policyId"]
  | readonly ["machines", "zoneId"]
  | readonly ["gateways", "zoneId"];

interface Removal {
  readonly table: "roles" | "policies" | "zones";
  readonly id: string;
  readonly users: readonly Users[];
  /** Absent where any version will do. */
  readonly ifVersion: number | undefined;
}

/** One statement, so that nothing comes in between. Throws `version_stale`. */
export async function removeUnused(
  db: Database,
  { table, id, users, ifVersion }: Removal,
): Promise<"removed" | "unknown" | "in-use"> {
  const { ref } = db.dynamic;
  const found = users.map(([userTable, column]) =>
    db
      .selectFrom(userTable)
      .select(({ lit }) => lit(1).as("one"))
      .where(ref<string>(`${userTable}.${column}`), "=", id)
      .limit(1),
  );
  const { numDeletedRows } = await db
    .deleteFrom(table)
    .where("id", "=", id)
    .where(isAtVersion(ifVersion))
    .where(({ and, not, exists }) => and(found.map((user) => not(exists(user)))))
    .executeTakeFirst();
  if (numDeletedRows > 0n) return "removed";
  const left = await db.selectFrom(table).select("version").where("id", "=", id).executeTakeFirst();
  if (!left) return "unknown";
  if (ifVersion !== undefined && left.version !== ifVersion) throw new DeskgateError("version_stale");
  return "in-use";
}
