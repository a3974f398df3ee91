/** The domain's words as the API spells them: times as text, `undefined` as null. */
import type {
  AuditEntry as AuditReply,
  Connection as ConnectionReply,
  Desktop as DesktopReply,
  Entitlement as EntitlementReply,
  Group as GroupReply,
  Machine as MachineReply,
  Me,
  Overview as OverviewReply,
  PoolAssignment as PoolAssignmentReply,
  Pool as PoolReply,
  ROUTES,
  RouteReply,
  Session as SessionReply,
  SessionStoryEvent as StoryEventReply,
  User as UserReply,
} from "@deskgate/contract";
import type { Caller } from "../domain/caller.ts";
import type { Entitlement, Machine } from "../domain/machine.ts";
import type { Pool, PoolAssignment } from "../domain/pool.ts";
import type { SessionStoryEvent } from "../domain/session.ts";
import type { Group, User } from "../domain/user.ts";
import type { AuditEntry } from "../features/audit/ports.ts";
import type { Desktop } from "../features/desktops/ports.ts";
import type { OverviewService } from "../features/overview/service.ts";
import type { ConnectionView, OwnConnectionView, SessionView } from "../features/sessions/service.ts";

type OwnConnectionReply = RouteReply<(typeof ROUTES)["getConnection"]>;

export function timeReply(at: number): string {
  return new Date(at).toISOString();
}

function optionalTime(at: number | undefined): string | null {
  return at === undefined ? null : timeReply(at);
}

export function meReply({ userId, userName, displayName, role, hasPassword }: Caller): Me {
  return { id: userId, name: userName, displayName, role, hasPassword };
}

export function userReply({ disabledAt, lastSignInAt, createdAt, groupIds, ...user }: User): UserReply {
  return {
    ...user,
    groupIds: [...groupIds],
    isDisabled: disabledAt !== undefined,
    createdAt: timeReply(createdAt),
    lastSignInAt: optionalTime(lastSignInAt),
  };
}

export function groupReply({ id, name, memberIds, createdAt }: Group): GroupReply {
  return { id, name, memberIds: [...memberIds], createdAt: timeReply(createdAt) };
}

export function machineReply({ protocols, identities, createdAt, ...machine }: Machine): MachineReply {
  return {
    ...machine,
    protocols: [...protocols],
    identities: identities.map(({ firstSeenAt, lastSeenAt, acceptedAt, acceptedBy, ...identity }) => ({
      ...identity,
      firstSeenAt: timeReply(firstSeenAt),
      lastSeenAt: timeReply(lastSeenAt),
      acceptedAt: optionalTime(acceptedAt),
      acceptedBy: acceptedBy ?? null,
    })),
    createdAt: timeReply(createdAt),
  };
}

export function poolReply({ machineIds, createdAt, ...pool }: Pool): PoolReply {
  return { ...pool, machineIds: [...machineIds], createdAt: timeReply(createdAt) };
}

export function poolAssignmentReply({ assignedAt, ...assignment }: PoolAssignment): PoolAssignmentReply {
  return { ...assignment, assignedAt: timeReply(assignedAt) };
}

export function auditReply({ at, actorUserId, detail, ...entry }: AuditEntry): AuditReply {
  return { ...entry, at: timeReply(at), actorUserId: actorUserId ?? null, detail: { ...detail } };
}

export function entitlementReply({ id, poolId, userId, groupId, createdAt }: Entitlement): EntitlementReply {
  return { id, poolId, userId: userId ?? null, groupId: groupId ?? null, createdAt: timeReply(createdAt) };
}

export function desktopReply({ poolId, kind, isInSession, protocols, ...desktop }: Desktop): DesktopReply {
  const { refusal, lastUsedAt, lastProtocol, ...rest } = desktop;
  return {
    ...{ id: poolId, poolKind: kind, ...rest },
    protocols: [...protocols],
    state: isInSession ? "in-session" : "available",
    refusal: refusal ?? null,
    lastUsedAt: optionalTime(lastUsedAt),
    lastProtocol: lastProtocol ?? null,
  };
}

export function connectionReply({ connection, report }: ConnectionView): ConnectionReply {
  const { id, sessionId, protocol, state } = connection;
  return {
    ...{ id, sessionId, protocol, state },
    viewerAddress: connection.viewerAddress ?? null,
    createdAt: timeReply(connection.createdAt),
    openedAt: optionalTime(connection.openedAt),
    endedAt: optionalTime(connection.endedAt),
    endReason: connection.endReason ?? null,
    bytesToViewer: report?.bytesToViewer ?? connection.bytesToViewer,
    bytesToTarget: report?.bytesToTarget ?? connection.bytesToTarget,
    idleMs: report?.idleMs ?? null,
    viewerRoundTripMs: report?.viewerRoundTripMs ?? null,
    targetConnectMs: report?.targetConnectMs ?? null,
    targetRoundTripMs: report?.targetRoundTripMs ?? null,
  };
}

export function ownConnectionReply({ messages, ...view }: OwnConnectionView): OwnConnectionReply {
  return {
    ...connectionReply(view),
    messages: messages.map(({ at, ...message }) => ({ ...message, at: timeReply(at) })),
  };
}

export function sessionReply({ session, connections }: SessionView): SessionReply {
  const { stateSince, leaseExpiresAt, startedAt, endedAt, endReason, ...rest } = session;
  return {
    ...rest,
    stateSince: timeReply(stateSince),
    leaseExpiresAt: optionalTime(leaseExpiresAt),
    startedAt: timeReply(startedAt),
    endedAt: optionalTime(endedAt),
    endReason: endReason ?? null,
    connections: connections.map(connectionReply),
  };
}

export function storyEventReply({ at, ...event }: SessionStoryEvent): StoryEventReply {
  return { ...event, at: timeReply(at) };
}

type ShownOverview = Awaited<ReturnType<OverviewService["read"]>>;

export function overviewReply({ sessionsCurve, refusals, ...rest }: ShownOverview): OverviewReply {
  return {
    ...rest,
    sessionsCurve: sessionsCurve.map(({ at, live }) => ({ at: timeReply(at), live })),
    refusals: refusals.map(({ at, ...refusal }) => ({ ...refusal, at: timeReply(at) })),
  };
}
