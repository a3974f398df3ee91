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
  NamedPolicy as PolicyReply,
  PoolAssignment as PoolAssignmentReply,
  Pool as PoolReply,
  ROUTES,
  Role as RoleReply,
  RouteReply,
  Session as SessionReply,
  SessionStoryEvent as StoryEventReply,
  User as UserReply,
  Zone as ZoneReply,
} from "@deskgate/contract";
import type { Caller } from "../domain/caller.ts";
import type { Entitlement, Machine } from "../domain/machine.ts";
import type { Pool, PoolAssignment } from "../domain/pool.ts";
import type { Role } from "../domain/role.ts";
import type { SessionStoryEvent } from "../domain/session.ts";
import type { Group, User } from "../domain/user.ts";
import type { AuditRecord } from "../features/audit/chain.ts";
import type { Desktop } from "../features/desktops/ports.ts";
import type { OverviewService } from "../features/overview/service.ts";
import type { NamedPolicy } from "../features/policies/ports.ts";
import type { ExplainedPolicy } from "../features/policies/service.ts";
import type { ConnectionView, OwnConnectionView, SessionView } from "../features/sessions/service.ts";
import type { Zone } from "../features/zones/ports.ts";

type OwnConnectionReply = RouteReply<(typeof ROUTES)["getConnection"]>;

export function timeReply(at: number): string {
  return new Date(at).toISOString();
}

function optionalTime(at: number | undefined): string | null {
  return at === undefined ? null : timeReply(at);
}

export function meReply({ userId, userName, displayName, role, permissions, hasPassword }: Caller): Me {
  return { id: userId, name: userName, displayName, role, permissions: [...permissions], hasPassword };
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

export function roleReply({ permissions, ...role }: Role): RoleReply {
  return { ...role, permissions: [...permissions] };
}

export function groupReply({ createdAt, memberIds, memberGroupIds, ...group }: Group): GroupReply {
  return {
    ...group,
    memberIds: [...memberIds],
    memberGroupIds: [...memberGroupIds],
    createdAt: timeReply(createdAt),
  };
}

export function zoneReply({ createdAt, ...zone }: Zone): ZoneReply {
  return { ...zone, createdAt: timeReply(createdAt) };
}

/** `checkedAt`: when this broker probed the machine last. */
export function machineReply(machine: Machine, checkedAt: number | undefined): MachineReply {
  const { protocols, identities, createdAt, tags, zoneId, macAddress, health, ...rest } = machine;
  return {
    ...rest,
    tags: [...tags],
    zoneId: zoneId ?? null,
    macAddress: macAddress ?? null,
    health: { ...health, since: optionalTime(health.since), checkedAt: optionalTime(checkedAt) },
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

export function auditReply({ at, detail, ...record }: AuditRecord): AuditReply {
  return { ...record, at: timeReply(at), detail: JSON.parse(detail) };
}

export function entitlementReply({ createdAt, windows, networks, ...rest }: Entitlement): EntitlementReply {
  const { id, poolId, userId, groupId, policyId, version } = rest;
  return {
    ...{ id, poolId, userId: userId ?? null, groupId: groupId ?? null, policyId: policyId ?? null, version },
    windows: [...windows],
    networks: [...networks],
    createdAt: timeReply(createdAt),
  };
}

export function policyReply({ id, name, says, createdAt, version }: NamedPolicy): PolicyReply {
  return { id, name, ...says, version, createdAt: timeReply(createdAt) };
}

export function explainedPolicyReply({ effective, refusal, fields }: ExplainedPolicy): ExplainedReply {
  const copied = Object.entries(fields).map(([field, { value, because }]) => [
    field,
    { value, because: [...because] },
  ]);
  // The same fields as the schema names, from the type that names them all.
  return {
    effective,
    refusal: refusal ?? null,
    fields: Object.fromEntries(copied) as ExplainedReply["fields"],
  };
}

type ExplainedReply = RouteReply<typeof ROUTES.explainPolicy>;

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
    messages: messages.map(({ at, endsAt, ...message }) => ({
      ...{ ...message, at: timeReply(at), endsAt: optionalTime(endsAt) },
    })),
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
