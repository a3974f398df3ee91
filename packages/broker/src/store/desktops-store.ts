/** Desktops and claims on them in the database. */
import type { EffectivePolicy, ErrorCode, Protocol } from "@deskgate/contract";
import { sql } from "kysely";
import { type Access, judgeAccess } from "../domain/access.ts";
import type { Moment } from "../domain/grant.ts";
import type {
  Claim,
  ClaimedConnection,
  ClaimRequest,
  Desktop,
  DesktopStore,
} from "../features/desktops/ports.ts";
import { CLAIMED_PROTOCOL_COLUMNS, claimedOf } from "./claimed-connection.ts";
import type { Database, Queries } from "./database.ts";
import { isEntitled } from "./entitled.ts";
import { readGrants } from "./grants.ts";
import { policyOf } from "./pool-policy.ts";

export class DesktopsStore implements DesktopStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listDesktops(userId: string, moment: Moment): Promise<readonly Desktop[]> {
    const grants = await readGrants(this.#db, { userId });
    if (grants.size === 0) return [];
    const pools = await this.#db
      .selectFrom("pools")
      .innerJoin("poolMembers", "poolMembers.poolId", "pools.id")
      .innerJoin("machines", "machines.id", "poolMembers.machineId")
      .select(["pools.id as poolId", "pools.name", "pools.policy"])
      .select(["machines.description", "machines.id as machineId"])
      .where("pools.id", "in", [...grants.keys()])
      .orderBy("pools.name")
      .execute();
    if (pools.length === 0) return [];
    const machineIds = pools.map(({ machineId }) => machineId);
    const protocols = await this.#db
      .selectFrom("machineProtocols")
      .select(["machineId", "protocol"])
      .where("machineId", "in", machineIds)
      .orderBy("protocol")
      .execute();
    const uses = await this.#listUses(userId);
    return pools.map(({ machineId, policy, ...pool }) => {
      const offered = protocols.filter((row) => row.machineId === machineId).map(({ protocol }) => protocol);
      const question = { pool: { id: pool.poolId, name: pool.name, policy: policyOf(policy) }, moment };
      const access = judgeAccess({ ...question, grants: grants.get(pool.poolId) ?? [] });
      return {
        ...pool,
        ...("refused" in access
          ? { protocols: offered, refusal: access.refused }
          : {
              protocols: offered.filter((one) => isAllowed(access.allowed.effective, one)),
              refusal: undefined,
            }),
        ...useOf(uses.get(pool.poolId)),
      };
    });
  }

  /** Per pool: this user's last session, whether one is open, and its viewers. */
  async #listUses(userId: string): Promise<ReadonlyMap<string, Use>> {
    const rows = await this.#db
      .selectFrom("sessions")
      .leftJoin("connections", (join) =>
        join.onRef("connections.sessionId", "=", "sessions.id").on("connections.state", "=", "open"),
      )
      .select(["sessions.poolId"])
      .select(({ fn }) => [
        fn.max("sessions.startedAt").as("lastUsedAt"),
        fn.count<number>("connections.id").as("openConnections"),
      ])
      .select(sql<number>`max(case when sessions.state = 'open' then 1 else 0 end)`.as("isOpen"))
      .where("sessions.userId", "=", userId)
      .groupBy("sessions.poolId")
      .execute();
    return new Map(rows.map(({ poolId, ...use }) => [poolId, use]));
  }

  claim(request: ClaimRequest): Promise<Claim | { readonly refused: ErrorCode }> {
    return this.#db.transaction().execute(async (trx) => {
      // Signed out since the request came in.
      if (!(await hasSignIn(trx, request))) return { refused: "not_signed_in" };
      const machine = await findMachine(trx, request);
      if (!machine) return { refused: "not_found" };
      const access = await judge(trx, machine, request);
      if ("refused" in access) return access;
      const policy = access.allowed.effective;
      const protocol = await findProtocol(trx, { machineId: machine.machineId, policy }, request);
      if (typeof protocol === "string") return { refused: protocol };
      const { gatewayId } = request;
      if (gatewayId === undefined) return { refused: "no_gateway" };
      const session = await takeSession(trx, { ...machine, policy }, request);
      if ("refused" in session) return session;
      const { sessionId, isNewSession } = session;
      await insertConnection(trx, { ...request, sessionId, gatewayId, policy, protocol: protocol.protocol });
      const { connectionId, userId, signInId } = request;
      const row = { ...machine, ...protocol, policy, connectionId, sessionId, userId, signInId };
      return { connection: claimedOf(row), desktopName: machine.poolName, gatewayId, isNewSession };
    });
  }

  async isLive(connectionId: string): Promise<boolean> {
    const found = this.#db.selectFrom("connections").select("state").where("id", "=", connectionId);
    const row = await found.executeTakeFirst();
    return row?.state === "reserved" || row?.state === "open";
  }
}

interface Use {
  readonly lastUsedAt: number;
  readonly openConnections: number;
  readonly isOpen: number;
}

function useOf(use: Use | undefined): Pick<Desktop, "isInSession" | "openConnections" | "lastUsedAt"> {
  const openConnections = Number(use?.openConnections ?? 0);
  return { isInSession: Number(use?.isOpen ?? 0) === 1, openConnections, lastUsedAt: use?.lastUsedAt };
}

async function hasSignIn(trx: Queries, { signInId, userId }: ClaimRequest): Promise<boolean> {
  const found = trx
    .selectFrom("signIns")
    .select("id")
    .where("id", "=", signInId)
    .where("userId", "=", userId);
  return (await found.executeTakeFirst()) !== undefined;
}

/** The machine of an entitled pool; a pool of one has just one. */
function findMachine(trx: Queries, { userId, poolId }: ClaimRequest) {
  return trx
    .selectFrom("pools")
    .innerJoin("poolMembers", "poolMembers.poolId", "pools.id")
    .innerJoin("machines", "machines.id", "poolMembers.machineId")
    .innerJoin("users", (join) => join.on("users.id", "=", userId))
    .select([
      "pools.name as poolName",
      "users.name as userName",
      "pools.policy",
      "machines.id as machineId",
      "machines.name as machineName",
    ])
    .select(["machines.host", "machines.isDeclaredLocal"])
    .where("pools.id", "=", poolId)
    .where("users.disabledAt", "is", null)
    .where(isEntitled(sql.val(userId), sql.ref("pools.id")))
    .executeTakeFirst();
}

type FoundMachine = NonNullable<Awaited<ReturnType<typeof findMachine>>>;

async function judge(
  trx: Queries,
  { poolName, policy }: FoundMachine,
  { userId, poolId, at, address }: ClaimRequest,
): Promise<Access> {
  const pool = { id: poolId, name: poolName, policy: policyOf(policy) };
  const grants = (await readGrants(trx, { userId, poolId })).get(poolId) ?? [];
  return judgeAccess({ pool, grants, moment: { at, address } });
}

function isAllowed({ protocols }: EffectivePolicy, protocol: Protocol): boolean {
  return protocols === null || protocols.includes(protocol);
}

/** The one that was asked for, or the first that is allowed; otherwise why there is none. */
async function findProtocol(
  trx: Queries,
  { machineId, policy }: { readonly machineId: string; readonly policy: EffectivePolicy },
  { protocol }: ClaimRequest,
) {
  const rows = await trx
    .selectFrom("machineProtocols")
    .select(CLAIMED_PROTOCOL_COLUMNS)
    .where("machineId", "=", machineId)
    .$if(protocol !== undefined, (query) => query.where("protocol", "=", protocol ?? "vnc"))
    .orderBy("protocol")
    .execute();
  if (rows.length === 0) return "machine_protocol_missing";
  return rows.find((row) => isAllowed(policy, row.protocol)) ?? "protocol_not_allowed";
}

interface SessionTerms {
  readonly machineId: string;
  readonly machineName: string;
  readonly policy: EffectivePolicy;
}

type TakenSession =
  | { readonly sessionId: string; readonly isNewSession: boolean }
  | { readonly refused: "session_limit_reached" };

/** This user's open session on the pool, or a new one where the policy allows one more. */
async function takeSession(
  trx: Queries,
  { machineId, machineName, policy }: SessionTerms,
  { userId, poolId, newSessionId, at }: ClaimRequest,
): Promise<TakenSession> {
  const open = await trx
    .selectFrom("sessions")
    .select("id")
    .where("userId", "=", userId)
    .where("poolId", "=", poolId)
    .where("state", "=", "open")
    .executeTakeFirst();
  if (open) return { sessionId: open.id, isNewSession: false };
  if (policy.maxSessions !== null && policy.maxSessions <= (await countSessions(trx, userId)))
    return { refused: "session_limit_reached" };
  const row = { id: newSessionId, userId, poolId, machineId, machineName, startedAt: at };
  await trx
    .insertInto("sessions")
    .values({ ...row, state: "open", endedAt: null, endReason: null })
    .execute();
  return { sessionId: newSessionId, isNewSession: true };
}

async function countSessions(trx: Queries, userId: string): Promise<number> {
  const { count } = await trx
    .selectFrom("sessions")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("userId", "=", userId)
    .where("state", "=", "open")
    .executeTakeFirstOrThrow();
  return Number(count);
}

type NewConnection = ClaimRequest & {
  readonly policy: EffectivePolicy;
  readonly sessionId: string;
  readonly gatewayId: string;
  readonly protocol: ClaimedConnection["protocol"];
};

async function insertConnection(trx: Queries, request: NewConnection): Promise<void> {
  const { connectionId, sessionId, signInId, protocol, gatewayId, at } = request;
  await trx
    .insertInto("connections")
    .values({
      ...{ id: connectionId, sessionId, signInId, protocol, gatewayId, state: "reserved", createdAt: at },
      ...{ viewerAddress: null, openedAt: null, endedAt: null, endReason: null },
      ...{ detail: "", bytesToViewer: 0, bytesToTarget: 0, policy: JSON.stringify(request.policy) },
    })
    .execute();
  const { ticketHash, expiresAt } = request;
  const ticket = { hash: ticketHash, connectionId, expiresAt, usedAt: null, revokedAt: null };
  await trx.insertInto("tickets").values(ticket).execute();
}
