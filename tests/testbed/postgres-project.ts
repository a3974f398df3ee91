/** One PostgreSQL for the vitest project `postgres`: started before its tests, with a template that has every migration. */
import { Secret } from "@deskgate/contract";
import { openDatabase } from "../../packages/broker/src/store/database.ts";
import { postgresDialect } from "../../packages/broker/src/store/dialects/postgres/postgres-dialect.ts";
import { startPostgres } from "./postgres.ts";

const TEMPLATE = "deskgate_template";

/** What vitest hands over; the broker's `store/testing.ts` takes it up. */
interface Project {
  provide(
    key: "postgres",
    server: {
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly template: string;
    },
  ): void;
}

/** vitest calls it, and what it returns after the last test. */
export async function setup(project: Project): Promise<() => Promise<void>> {
  const cluster = await startPostgres();
  const { port, user, password } = cluster;
  cluster.createDatabase(TEMPLATE);
  const server = { host: "127.0.0.1", port, user, password: new Secret(password), tls: undefined };
  const db = await openDatabase(postgresDialect({ ...server, name: TEMPLATE, maxConnections: 1 }));
  await db.destroy();
  project.provide("postgres", { port, user, password, template: TEMPLATE });
  return () => cluster.remove();
}
