/** Removes what nothing refers to, and only that. */
import type { Database } from "./database.ts";

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
}

/** One statement, so that nothing comes in between. */
export async function removeUnused(
  db: Database,
  { table, id, users }: Removal,
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
    .where(({ and, not, exists }) => and(found.map((user) => not(exists(user)))))
    .executeTakeFirst();
  if (numDeletedRows > 0n) return "removed";
  const left = await db.selectFrom(table).select("id").where("id", "=", id).executeTakeFirst();
  return left ? "in-use" : "unknown";
}
