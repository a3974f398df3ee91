/** What the database says of itself. */
import type { DatabaseFacts, DatabaseReader } from "../features/about/ports.ts";
import { countMigrations, type Database } from "./database.ts";
import { MIGRATIONS } from "./migrations/registry.ts";

export class AboutStore implements DatabaseReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async readDatabase(): Promise<DatabaseFacts> {
    const { done, pending } = await countMigrations(this.#db);
    return {
      kind: this.#db.kind,
      ...(await this.#db.describe()),
      migrationsDone: done,
      migrationsPending: pending,
      schema: Object.keys(MIGRATIONS)[done - 1] ?? "",
    };
  }
}
