/** The facts of the way to one desktop or to many, read in as many statements for many as for one. */
import type { EffectivePolicy, PoolKind, Protocol } from "@deskgate/contract";
import { sql } from "kysely";
import type { Access } from "../domain/access.ts";
import type { ChoosingFacts, GatewayFacts, MachineFacts } from "../domain/choosing.ts";
import {
  type PoolWithPolicy,
  placeGateways,
  readAccess,
  readConditions,
  unfitness,
} from "./choosing-rules.ts";
import type { Queries } from "./database.ts";
import { isEntitled } from "./entitled.ts";

// LIMIT: free machines of a pool that are looked at; the fittest come first.
const FREE_AT_ONCE = 32;

export interface FactsRequest {
  readonly userId: string;
  /** Absent: every pool the person is entitled to. */
  readonly poolId: string | undefined;
  readonly wanted: Protocol | undefined;
  readonly address: string | undefined;
  readonly gateways: readonly GatewayFacts[];
  readonly at: number;
}

/** The facts that decide, and what comes with them. */
export interface KnownFacts extends ChoosingFacts {
  /** Absent where the person may not use the pool now. */
  readonly effective: EffectivePolicy | undefined;
  readonly description: string;
}

interface PoolRow extends PoolWithPolicy {
  readonly kind: PoolKind;
  /** A pool of one is described by its machine. */
  readonly description: string | null;
  readonly machineCount: number;
  readonly isEntitled: number;
}

interface OwnMachine {
  readonly poolId: string;
  readonly machineId: string;
}

/** By pool. A pool that does not exist has no entry. */
export async function readFacts(
  db: Queries,
  request: FactsRequest,
): Promise<ReadonlyMap<string, KnownFacts>> {
  const { userId, wanted } = request;
  const gateways = await placeGateways(db, request.gateways);
  const user = await readUser(db, userId);
  const pools = await readPools(db, request);
  const poolIds = pools.map(({ id }) => id);
  const sessions = await readSessions(db, userId);
  const assignments = await readAssignments(db, { userId, poolIds });
  const chosen = new Set([...sessions, ...assignments].map(({ poolId }) => poolId));
  const open = poolIds.filter((id) => !chosen.has(id));
  const free = await readFree(db, { userId, poolIds: open });
  const machines = await readMachines(db, [...sessions, ...assignments, ...free]);
  const access = await readAccess(db, { ...request, pools });
  const machineOf = (own: OwnMachine | undefined) => own && machines.get(own.machineId);
  return new Map(
    pools.map(({ id, name, kind, isEntitled, description, machineCount }) => {
      const here = (own: OwnMachine) => own.poolId === id;
      const session = sessions.find(here);
      const sessionMachine = machineOf(session);
      const assignment = assignments.find(here);
      const assigned = machineOf(assignment);
      const facts: KnownFacts = {
        ...{ user, pool: { id, name, kind }, wanted, gateways },
        description: description ?? "",
        isEntitled: isEntitled === 1,
        ...judgementOf(access.get(id)),
        liveSessions: sessions.length,
        session: session && sessionMachine && { id: session.id, machine: sessionMachine },
        assigned: assignment && assigned && { machine: assigned, isTaken: assignment.isTaken === 1 },
        machineCount: Number(machineCount),
        free: free.filter(here).flatMap(({ machineId }) => machines.get(machineId) ?? []),
      };
      return [id, facts];
    }),
  );
}

/** Whether the person is entitled at all is asked before. */
function judgementOf(judged: Access | undefined): Pick<KnownFacts, "access" | "policy" | "effective"> {
  const refused = judged && "refused" in judged ? judged.refused : undefined;
  const effective = judged && "allowed" in judged ? judged.allowed.effective : undefined;
  return {
    effective,
    access: {
      isWithinWindow: refused !== "outside_time_window",
      isNetworkAllowed: refused !== "network_not_allowed",
    },
    policy: {
      maxSessions: effective?.maxSessions ?? undefined,
      protocols: effective?.protocols ?? undefined,
    },
  };
}

async function readUser(db: Queries, userId: string): Promise<ChoosingFacts["user"]> {
  const row = await db
    .selectFrom("users")
    .select(["id", "name", "disabledAt"])
    .where("id", "=", userId)
    .executeTakeFirst();
  return row && { id: row.id, name: row.name, isDisabled: row.disabledAt !== null };
}

function readPools(db: Queries, { userId, poolId }: FactsRequest): Promise<readonly PoolRow[]> {
  const entitled = isEntitled(sql.val(userId), sql.ref("pools.id"));
  const pools = db
    .selectFrom("pools")
    .select(["id", "name", "kind", "policy"])
    .select([
      sql<string | null>`case when kind = 'machine' then (
        select m.description from machines as m join pool_members as pm on pm.machine_id = m.id
        where pm.pool_id = pools.id
      ) else description end`.as("description"),
      sql<number>`(select count(*) from pool_members as pm where pm.pool_id = pools.id)`.as("machineCount"),
    ])
    .select(sql<number>`case when ${entitled} then 1 else 0 end`.as("isEntitled"))
    .orderBy("name");
  return (poolId === undefined ? pools.where(entitled) : pools.where("id", "=", poolId)).execute();
}

function readSessions(db: Queries, userId: string) {
  return db
    .selectFrom("sessions")
    .select(["id", "poolId", "machineId"])
    .where("userId", "=", userId)
    .where("state", "!=", "ended")
    .execute();
}

/** `isTaken`: somebody else is on the person's machine, through another pool. */
async function readAssignments(
  db: Queries,
  { userId, poolIds }: { readonly userId: string; readonly poolIds: readonly string[] },
) {
  if (poolIds.length === 0) return [];
  return db
    .selectFrom("poolAssignments as a")
    .select(["a.poolId", "a.machineId"])
    .select(
      sql<number>`case when exists (
        select 1 from sessions as s where s.machine_id = a.machine_id and s.state <> 'ended'
      ) then 1 else 0 end`.as("isTaken"),
    )
    .where("a.userId", "=", userId)
    .where("a.poolId", "in", poolIds)
    .execute();
}

/**
 * Machines that a new session may have. On a machine of its own pool several people may be, unless somebody has it to
 * himself; any other pool hands out only what nobody is on and what is nobody else's.
 */
async function readFree(
  db: Queries,
  { userId, poolIds }: { readonly userId: string; readonly poolIds: readonly string[] },
): Promise<readonly OwnMachine[]> {
  if (poolIds.length === 0) return [];
  const { rows } = await sql<OwnMachine>`
    select pool_id, machine_id from (
      select pm.pool_id, m.id as machine_id,
        row_number() over (partition by pm.pool_id order by ${unfitness()}, m.id) as place
      from pool_members as pm
      join pools as p on p.id = pm.pool_id
      join machines as m on m.id = pm.machine_id
      where pm.pool_id in (${sql.join(poolIds)})
        and not exists (
          select 1 from sessions as s where s.machine_id = m.id and s.state <> 'ended'
            and (p.kind <> 'machine' or (s.is_exclusive = 1 and s.user_id <> ${userId})))
        and (p.kind = 'machine' or not exists (
          select 1 from pool_assignments as a where a.machine_id = m.id
            and (a.user_id <> ${userId} or a.pool_id = pm.pool_id)))
    ) as ranked
    where place <= ${sql.lit(FREE_AT_ONCE)}
    order by place`.execute(db);
  return rows;
}

async function readMachines(
  db: Queries,
  wanted: readonly OwnMachine[],
): Promise<ReadonlyMap<string, MachineFacts>> {
  const ids = [...new Set(wanted.map(({ machineId }) => machineId))];
  if (ids.length === 0) return new Map();
  const protocols = await db
    .selectFrom("machineProtocols")
    .select(["machineId", "protocol"])
    .where("machineId", "in", ids)
    .orderBy("protocol")
    .execute();
  const conditions = await readConditions(db, ids);
  const byMachine = Map.groupBy(protocols, ({ machineId }) => machineId);
  return new Map(
    [...conditions].map(([id, condition]) => [
      id,
      { id, ...condition, protocols: (byMachine.get(id) ?? []).map((row) => row.protocol) },
    ]),
  );
}
