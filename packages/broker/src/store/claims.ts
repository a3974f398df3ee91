/** A claim on a desktop, written down: session, connection, ticket, and who has which machine from now on. */
import type { EffectivePolicy } from "@deskgate/contract";
import { isExclusiveWay, type Way, walk } from "../domain/choosing.ts";
import { claimedSession } from "../domain/session-state.ts";
import type { Claim, ClaimAsleep, ClaimRefused, ClaimRequest } from "../features/desktops/ports.ts";
import { type KnownFacts, readFacts } from "./choosing-facts.ts";
import { CLAIMED_PROTOCOL_COLUMNS, claimedOf } from "./claimed-connection.ts";
import type { Queries } from "./database.ts";
import { type StoryLine, writeStory } from "./session-transitions.ts";

/** Call it inside a transaction; throws a `ConstraintViolation` where somebody else was faster. */
export async function claimDesktop(
  trx: Queries,
  request: ClaimRequest,
): Promise<Claim | ClaimAsleep | ClaimRefused> {
  // Signed out since the request came in.
  if (!(await hasSignIn(trx, request))) return { refused: "not_signed_in", hop: "identity", desktopName: "" };
  const facts = (await readFacts(trx, request)).get(request.poolId);
  if (facts?.pool === undefined)
    return { refused: "desktop_not_entitled", hop: "entitlement", desktopName: "" };
  const { outcome, hops } = walk(facts, request.pick);
  if ("refused" in outcome) {
    const hop = hops.find(({ verdict }) => verdict === "failed")?.hop ?? "identity";
    // Who is disabled has no sign-in, but may have lost it just now.
    const refused = outcome.refused === "user_disabled" ? "not_signed_in" : outcome.refused;
    return { refused, hop, desktopName: facts.isEntitled ? facts.pool.name : "" };
  }
  if ("wakes" in outcome)
    return { wakes: { machineId: outcome.wakes.machine.id }, desktopName: facts.pool.name };
  return writeClaim(trx, { request, facts, way: outcome.way, desktopName: facts.pool.name });
}

interface Decided {
  readonly request: ClaimRequest;
  readonly facts: KnownFacts;
  readonly way: Way;
  readonly desktopName: string;
}

async function writeClaim(trx: Queries, decided: Decided): Promise<Claim> {
  const { request, way, desktopName } = decided;
  const sessionId = way.sessionId ?? request.newSessionId;
  if (way.sessionId === undefined) await insertSession(trx, decided);
  const row = await readClaimed(trx, way);
  const policy = decided.facts.effective;
  if (!row || !policy)
    throw new Error("a machine or a right is gone inside the transaction that chose by it");
  await insertConnection(trx, { ...decided, policy }, sessionId);
  await writeStory(trx, storyOf(decided, sessionId));
  await rememberProtocol(trx, decided);
  const { connectionId, userId, signInId } = request;
  const userName = decided.facts.user?.name ?? "";
  const connection = claimedOf({ ...row, connectionId, sessionId, userId, userName, signInId, policy });
  const { gateway, machine } = way;
  const mayBeAsleep = machine.canBeWoken && machine.health !== "up";
  return {
    connection,
    desktopName,
    gatewayId: gateway.id,
    isNewSession: way.sessionId === undefined,
    mayBeAsleep,
  };
}

async function hasSignIn(trx: Queries, { signInId, userId }: ClaimRequest): Promise<boolean> {
  const found = trx
    .selectFrom("signIns")
    .select("id")
    .where("id", "=", signInId)
    .where("userId", "=", userId);
  return (await found.executeTakeFirst()) !== undefined;
}

async function insertSession(trx: Queries, { request, facts, way, desktopName }: Decided): Promise<void> {
  const { newSessionId: sessionId, userId, poolId, at } = request;
  const { id: machineId, name: machineName } = way.machine;
  const { state, reason, since, leaseExpiresAt } = claimedSession(at);
  await trx
    .insertInto("sessions")
    .values({
      ...{ id: sessionId, userId, poolId, poolName: desktopName, machineId, machineName, startedAt: at },
      ...{ state, stateReason: reason, stateSince: since, leaseExpiresAt },
      ...{ isExclusive: isExclusiveWay(facts) ? 1 : 0, endedAt: null, endReason: null },
    })
    .execute();
  if (way.isNewAssignment)
    await trx.insertInto("poolAssignments").values({ poolId, userId, machineId, assignedAt: at }).execute();
}

async function insertConnection(
  trx: Queries,
  { request, way, policy }: Decided & { readonly policy: EffectivePolicy },
  sessionId: string,
): Promise<void> {
  const { connectionId, signInId, at, ticketHash, expiresAt } = request;
  const { protocol, gateway } = way;
  await trx
    .insertInto("connections")
    .values({
      ...{
        id: connectionId,
        sessionId,
        signInId,
        protocol,
        gatewayId: gateway.id,
        state: "reserved",
        createdAt: at,
      },
      ...{ viewerAddress: null, openedAt: null, endedAt: null, endReason: null },
      ...{ detail: "", bytesToViewer: 0, bytesToTarget: 0, policy: JSON.stringify(policy) },
    })
    .execute();
  const ticket = { hash: ticketHash, connectionId, expiresAt, usedAt: null, revokedAt: null };
  await trx.insertInto("tickets").values(ticket).execute();
}

function storyOf({ request: { at }, facts, way, desktopName }: Decided, sessionId: string): StoryLine[] {
  const by = facts.user?.name ?? "";
  const claimed = `${way.machine.name} of ${desktopName}`;
  const issued = `${way.protocol} by gateway ${way.gateway.name}`;
  return [
    ...(way.sessionId === undefined
      ? [{ sessionId, at, event: "claimed", by, detail: claimed } as const]
      : []),
    { sessionId, at, event: "ticket_issued", by, detail: issued },
  ];
}

async function rememberProtocol(trx: Queries, { request: { userId, poolId }, way }: Decided): Promise<void> {
  await trx
    .insertInto("desktopPreferences")
    .values({ userId, poolId, isFavourite: 0, lastProtocol: way.protocol })
    .onConflict((oc) => oc.columns(["userId", "poolId"]).doUpdateSet({ lastProtocol: way.protocol }))
    .execute();
}

function readClaimed(trx: Queries, { machine, protocol }: Way) {
  return trx
    .selectFrom("machines")
    .innerJoin("machineProtocols", "machineProtocols.machineId", "machines.id")
    .select(["machines.id as machineId", "machines.host", "machines.isDeclaredLocal"])
    .select(CLAIMED_PROTOCOL_COLUMNS)
    .where("machines.id", "=", machine.id)
    .where("machineProtocols.protocol", "=", protocol)
    .executeTakeFirst();
}
