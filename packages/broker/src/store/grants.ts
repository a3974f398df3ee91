/** The entitlements by which a person may use pools, read with their policies. */
import type { TimeWindow } from "@deskgate/contract";
import { sql } from "kysely";
import type { Grant } from "../domain/grant.ts";
import type { Queries } from "./database.ts";
import { isHeldBy } from "./entitled.ts";
import { saysOf } from "./policy-column.ts";

/** By pool; of all pools where none is named. A pool without entry is one that the person is not entitled to. */
export async function readGrants(
  db: Queries,
  { userId, poolId }: { readonly userId: string; readonly poolId?: string },
): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const rows = await db
    .selectFrom("entitlements as e")
    .leftJoin("policies", "policies.id", "e.policyId")
    .select(["e.id", "e.poolId", "e.windows", "e.networks"])
    .select(["policies.name as policyName", "policies.says"])
    .where(isHeldBy(sql.val(userId)))
    .$if(poolId !== undefined, (query) => query.where("e.poolId", "=", poolId ?? ""))
    .orderBy("e.createdAt")
    .orderBy("e.id")
    .execute();
  const grants = rows.map((row) => ({ poolId: row.poolId, grant: grantOf(row) }));
  const byPool = Map.groupBy(grants, (row) => row.poolId);
  return new Map([...byPool].map(([id, list]) => [id, list.map(({ grant }) => grant)]));
}

interface GrantRow {
  readonly id: string;
  readonly windows: string;
  readonly networks: string;
  readonly policyName: string | null;
  readonly says: string | null;
}

function grantOf({ id, windows, networks, policyName, says }: GrantRow): Grant {
  return {
    entitlementId: id,
    windows: windowsOf(windows),
    networks: networksOf(networks),
    policy: policyName === null || says === null ? undefined : { name: policyName, says: saysOf(says) },
  };
}

/** Both were checked by the contract's schemas before they were written. */
export function windowsOf(column: string): readonly TimeWindow[] {
  return JSON.parse(column) as TimeWindow[];
}

export function networksOf(column: string): readonly string[] {
  return JSON.parse(column) as string[];
}
