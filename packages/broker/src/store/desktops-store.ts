/** Desktops and claims on them in the database. */

import { sql } from "kysely";
import { type ChoosingFacts, walk } from "../domain/choosing.ts";
import type { Faults } from "../domain/faults.ts";
import type {
  Claim,
  ClaimAsleep,
  ClaimRefused,
  ClaimRequest,
  Desktop,
  DesktopStore,
  DesktopsRequest,
} from "../features/desktops/ports.ts";
import { isInOneTransaction } from "./ambient-transaction.ts";
import { readFacts } from "./choosing-facts.ts";
import { claimDesktop } from "./claims.ts";
import type { Database } from "./database.ts";
import { ConstraintViolation } from "./dialects/constraint-violation.ts";
import { TransactionConflict } from "./dialects/transaction-conflict.ts";
import { isEntitled } from "./entitled.ts";
import { applyToSession } from "./session-transitions.ts";

// LIMIT: claims of one request. Only another broker on the same database can be faster, and of two that collide one wins.
const MAX_CLAIMS = 10;

export class DesktopsStore implements DesktopStore {
  readonly #db: Database;
  readonly #faults: Faults;

  constructor(db: Database, faults: Faults) {
    this.#db = db;
    this.#faults = faults;
  }

  async listDesktops(request: DesktopsRequest): Promise<readonly Desktop[]> {
    const facts = await readFacts(this.#db, { ...request, poolId: undefined, wanted: undefined });
    const poolIds = [...facts.keys()];
    if (poolIds.length === 0) return [];
    const protocols = await this.#readProtocols(poolIds);
    const uses = await this.#readUses(request.userId);
    const preferences = await this.#readPreferences(request.userId);
    return [...facts.values()].flatMap((known) => {
      if (!known.pool) return [];
      const { id: poolId, name, kind } = known.pool;
      return {
        ...{ poolId, name, kind, description: known.description },
        protocols: protocols
          .filter((row) => row.poolId === poolId)
          .map(({ protocol }) => protocol)
          .filter((one) => known.policy.protocols === undefined || known.policy.protocols.includes(one)),
        ...stateOf(known),
        ...useOf(uses.get(poolId)),
        isFavourite: preferences.get(poolId)?.isFavourite === 1,
        lastProtocol: preferences.get(poolId)?.lastProtocol ?? undefined,
      };
    });
  }

  #readProtocols(poolIds: readonly string[]) {
    return this.#db
      .selectFrom("poolMembers")
      .innerJoin("machineProtocols", "machineProtocols.machineId", "poolMembers.machineId")
      .select(["poolMembers.poolId", "machineProtocols.protocol"])
      .distinct()
      .where("poolMembers.poolId", "in", poolIds)
      .orderBy("machineProtocols.protocol")
      .execute();
  }

  /** Per pool: this user's last session, and the viewers of the live one. */
  async #readUses(userId: string): Promise<ReadonlyMap<string, Use>> {
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
      .where("sessions.userId", "=", userId)
      .groupBy("sessions.poolId")
      .execute();
    return new Map(rows.map(({ poolId, ...use }) => [poolId, use]));
  }

  async #readPreferences(userId: string) {
    const rows = await this.#db
      .selectFrom("desktopPreferences")
      .selectAll()
      .where("userId", "=", userId)
      .execute();
    return new Map(rows.map((row) => [row.poolId, row]));
  }

  async claim(request: ClaimRequest): Promise<Claim | ClaimAsleep | ClaimRefused> {
    for (let claims = 1; ; claims++) {
      try {
        return await this.#db.transaction().execute(async (trx) => {
          const claim = await claimDesktop(trx, request);
          await this.#faults.reach("claim:before-commit");
          return claim;
        });
      } catch (cause) {
        if (!(cause instanceof ConstraintViolation) || cause.kind !== "unique") throw cause;
        // Inside a larger transaction nothing of the other's is seen yet; only the whole can be run again, and is.
        if (isInOneTransaction()) throw new TransactionConflict("another claim was faster", { cause });
        if (claims === MAX_CLAIMS) throw cause;
      }
    }
  }

  confirmReserved(connectionId: string, at: number): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const found = trx
        .selectFrom("connections")
        .select(["state", "sessionId"])
        .where("id", "=", connectionId);
      const row = await found.executeTakeFirst();
      if (!row || row.state === "ended") return false;
      await applyToSession(trx, { sessionId: row.sessionId, event: { type: "reserved" }, at });
      return true;
    });
  }

  async findOwnSession(userId: string, poolId: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom("sessions")
      .select("id")
      .where("userId", "=", userId)
      .where("poolId", "=", poolId)
      .where("state", "!=", "ended")
      .executeTakeFirst();
    return row?.id;
  }

  setFavourite({ userId, poolId, isFavourite }: Favourite): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const entitled = await trx
        .selectFrom("pools")
        .select("id")
        .where("id", "=", poolId)
        .where(isEntitled(sql.val(userId), sql.ref("pools.id")))
        .executeTakeFirst();
      if (!entitled) return false;
      const claim = isFavourite ? 1 : 0;
      await trx
        .insertInto("desktopPreferences")
        .values({ userId, poolId, isFavourite: claim, lastProtocol: null })
        .onConflict((oc) => oc.columns(["userId", "poolId"]).doUpdateSet({ isFavourite: claim }))
        .execute();
      return true;
    });
  }
}

type Favourite = Parameters<DesktopStore["setFavourite"]>[0];

interface Use {
  readonly lastUsedAt: number;
  readonly openConnections: number;
}

function useOf(use: Use | undefined): Pick<Desktop, "openConnections" | "lastUsedAt"> {
  const lastUsedAt = use === undefined ? undefined : Number(use.lastUsedAt);
  return { openConnections: Number(use?.openConnections ?? 0), lastUsedAt };
}

/** What would happen if the person asked now. */
function stateOf(facts: ChoosingFacts): Pick<Desktop, "isInSession" | "machineState" | "refusal"> {
  const { outcome } = walk(facts, () => 0);
  // A machine that is off and can be woken refuses nobody: asking for it starts it.
  const way = "refused" in outcome ? undefined : "way" in outcome ? outcome.way : outcome.wakes;
  const machine = way ? way.machine : (facts.session ?? facts.assigned)?.machine;
  const refused = "refused" in outcome && outcome.refused !== "user_disabled" ? outcome.refused : undefined;
  return {
    isInSession: facts.session !== undefined,
    machineState: machine?.health ?? facts.free[0]?.health ?? "unknown",
    refusal: refused,
  };
}
