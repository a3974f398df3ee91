/**
 * Groups inside groups in the database. INVARIANT: `group_closure` is the closure of `group_nesting` whenever a
 * transaction ends.
 */
import { DeskgateError } from "@deskgate/contract";
import { closeGroups, MAX_GROUP_DEPTH, type Nesting } from "../domain/group-closure.ts";
import type { Queries } from "./database.ts";

// LIMIT: rows of one statement; databases limit the placeholders of a statement.
const ROWS_PER_STATEMENT = 500;

/** Changes which groups are inside `groupId`. Call it inside a transaction, like everything here. */
export async function setMemberGroups(trx: Queries, groupId: string, ids: readonly string[]): Promise<void> {
  await takeTurn(trx);
  await trx.deleteFrom("groupNesting").where("groupId", "=", groupId).execute();
  if (ids.includes(groupId)) throw cycleRefusal();
  await insert(
    trx,
    "groupNesting",
    ids.map((memberGroupId) => ({ groupId, memberGroupId })),
  );
  await closeAgain(trx);
}

/** After a group was removed, with its own nestings. */
export async function closeAfterRemoval(trx: Queries): Promise<void> {
  await takeTurn(trx);
  await closeAgain(trx);
}

/** Where transactions run side by side, the second waits here until the first has ended, and then sees what it did. */
async function takeTurn(trx: Queries): Promise<void> {
  await trx
    .updateTable("groupNestingTurn")
    .set((eb) => ({ turn: eb("turn", "+", 1) }))
    .execute();
}

async function closeAgain(trx: Queries): Promise<void> {
  const closure = closeGroups(await trx.selectFrom("groupNesting").selectAll().execute());
  if ("refused" in closure) throw closure.refused === "cycle" ? cycleRefusal() : depthRefusal();
  const stored = await trx.selectFrom("groupClosure").selectAll().execute();
  const [wanted, had] = [namesOf(closure.pairs), namesOf(stored)];
  for (const [name, { groupId, memberGroupId }] of had)
    if (!wanted.has(name))
      await trx
        .deleteFrom("groupClosure")
        .where("groupId", "=", groupId)
        .where("memberGroupId", "=", memberGroupId)
        .execute();
  await insert(
    trx,
    "groupClosure",
    [...wanted].filter(([name]) => !had.has(name)).map(([, pair]) => pair),
  );
}

function namesOf(pairs: readonly Nesting[]): ReadonlyMap<string, Nesting> {
  return new Map(pairs.map((pair) => [`${pair.groupId}/${pair.memberGroupId}`, pair]));
}

async function insert(
  trx: Queries,
  table: "groupNesting" | "groupClosure",
  rows: readonly Nesting[],
): Promise<void> {
  for (let begin = 0; begin < rows.length; begin += ROWS_PER_STATEMENT)
    await trx
      .insertInto(table)
      .values(rows.slice(begin, begin + ROWS_PER_STATEMENT))
      .execute();
}

function cycleRefusal(): DeskgateError {
  return new DeskgateError("group_cycle", {
    fields: { memberGroupIds: "One of these groups already has this one inside." },
  });
}

function depthRefusal(): DeskgateError {
  const memberGroupIds = `Groups go at most ${MAX_GROUP_DEPTH} deep.`;
  return new DeskgateError("validation_failed", { fields: { memberGroupIds } });
}
