/** The site's settings count their changes; a gateway's zone is a zone, no longer a name. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("settings")
    .addColumn("version", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .alterTable("gateways")
    .addColumn("zone_id", "text", (c) => c.references("zones.id"))
    .execute();
  await db.schema.createIndex("gateways_by_zone").on("gateways").column("zone_id").execute();
  // The column `zone` stays for a version that still reads it; nothing writes it any more.
  await sql`
    update gateways set zone_id = (
      select min(zones.id) from zones where zones.id = gateways.zone or zones.name = gateways.zone)
    where zone <> '' and removed_at is null`.execute(db);
}
