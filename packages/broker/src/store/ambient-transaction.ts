/**
 * One transaction around what several stores do, without each of them being handed it.
 *
 * The audit needs it: a change and its record are written both or neither, and the change belongs to another feature's
 * store. Inside {@link inOneTransaction} every statement of the same asynchronous work goes to the one connection, and
 * the stores' own transactions become savepoints. INVARIANT: statements inside come one after the other, never in
 * parallel, and nothing inside waits for a network.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type TransactionSettings,
} from "kysely";
import type { Tables } from "./tables.ts";

interface Scope {
  /** Between begin and end of the real transaction. */
  held: { readonly connection: DatabaseConnection; readonly driver: Driver } | undefined;
  savepoints: number;
}

const SCOPES = new AsyncLocalStorage<Scope>();

export function isInOneTransaction(): boolean {
  return SCOPES.getStore()?.held !== undefined;
}

/** Runs `work` in a transaction that all stores on a database of an {@link ambientDialect} take part in. */
export function inOneTransaction<Result>(db: Kysely<Tables>, work: () => Promise<Result>): Promise<Result> {
  if (isInOneTransaction()) return db.transaction().execute(work);
  return SCOPES.run({ held: undefined, savepoints: 0 }, () => db.transaction().execute(work));
}

/** `dialect` with a driver that knows the ambient transaction; otherwise as it was. */
export function ambientDialect(dialect: Dialect): Dialect {
  return {
    createDriver: () => new AmbientDriver(dialect.createDriver()),
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    // biome-ignore lint/suspicious/noExplicitAny: kysely's interface
    createIntrospector: (db: Kysely<any>) => dialect.createIntrospector(db),
  };
}

class AmbientDriver implements Driver {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  init(): Promise<void> {
    return this.#driver.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const held = SCOPES.getStore()?.held;
    return held?.driver === this ? held.connection : this.#driver.acquireConnection();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (SCOPES.getStore()?.held?.connection !== connection) await this.#driver.releaseConnection(connection);
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const scope = SCOPES.getStore();
    if (scope?.held?.connection === connection) {
      // Counted once it is there: nobody rolls back to one that could not be made.
      await run(connection, `savepoint ambient_${scope.savepoints + 1}`);
      scope.savepoints += 1;
      return;
    }
    await this.#driver.beginTransaction(connection, settings);
    if (scope) scope.held = { connection, driver: this };
  }

  /** Where it fails, whoever began rolls back: to the savepoint, which is still there then. */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const savepoint = savepointOf(connection);
    if (savepoint === undefined) {
      await this.#end(connection, () => this.#driver.commitTransaction(connection));
      return;
    }
    await run(connection, `release savepoint ${savepoint.name}`);
    savepoint.leave();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const savepoint = savepointOf(connection);
    if (savepoint === undefined) {
      await this.#end(connection, () => this.#driver.rollbackTransaction(connection));
      return;
    }
    // Left even where that fails: the whole is what is rolled back next.
    savepoint.leave();
    await run(connection, `rollback to savepoint ${savepoint.name}`);
    await run(connection, `release savepoint ${savepoint.name}`);
  }

  destroy(): Promise<void> {
    return this.#driver.destroy();
  }

  /** Whatever is still under way in this scope afterwards finds no connection here and takes one of its own. */
  async #end(connection: DatabaseConnection, end: () => Promise<void>): Promise<void> {
    const scope = SCOPES.getStore();
    if (scope?.held?.connection === connection) scope.held = undefined;
    await end();
  }
}

/** The innermost one; `undefined` outside of all, where the real transaction is meant. */
function savepointOf(connection: DatabaseConnection): { readonly name: string; leave(): void } | undefined {
  const scope = SCOPES.getStore();
  if (scope?.held?.connection !== connection || scope.savepoints === 0) return undefined;
  return {
    name: `ambient_${scope.savepoints}`,
    leave: () => {
      scope.savepoints -= 1;
    },
  };
}

async function run(connection: DatabaseConnection, statement: string): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(statement));
}
