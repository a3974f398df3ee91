/** What operators watch: whether the database answers, and how many of what it holds. */
import { sql } from "kysely";
import type { Database } from "./database.ts";

export interface StoreLoad {
  readonly sessionsByState: Readonly<Record<string, number>>;
  readonly machines: number;
}

/** LIMIT: a database that needs longer is not ready. */
const READY_DEADLINE_MS = 2_000;

export async function readLoad(db: Database): Promise<StoreLoad> {
  const states = await db
    .selectFrom("sessions")
    .select(({ fn }) => ["state", fn.countAll().as("count")])
    .groupBy("state")
    .execute();
  const { count } = await db
    .selectFrom("machines")
    .select(({ fn }) => fn.countAll().as("count"))
    .executeTakeFirstOrThrow();
  const sessionsByState = Object.fromEntries(states.map((row) => [row.state, Number(row.count)]));
  return { sessionsByState, machines: Number(count) };
}

/** Never rejects. */
export async function isReady(db: Database): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), READY_DEADLINE_MS);
  const asked = sql`select 1 as answer`.execute(db).then(
    () => true,
    () => false,
  );
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answer;
}
