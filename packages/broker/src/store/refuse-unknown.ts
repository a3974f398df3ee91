/** Refuses ids in a request's body that name nothing. */
import { DeskgateError } from "@deskgate/contract";
import type { Queries } from "./database.ts";

/** `field` is the body's field that named them. Call it inside the transaction that uses the ids. */
export async function refuseUnknown(
  db: Queries,
  table: "users" | "groups" | "pools" | "machines" | "policies" | "zones",
  { field, ids }: { readonly field: string; readonly ids: readonly string[] },
): Promise<void> {
  if (ids.length === 0) return;
  const found = await db.selectFrom(table).select("id").where("id", "in", ids).execute();
  const known = new Set(found.map(({ id }) => id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw new DeskgateError("validation_failed", {
    fields: { [field]: `There is nothing with the id ${unknown}.` },
  });
}
