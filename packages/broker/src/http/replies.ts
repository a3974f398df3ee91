/** The domain's words as the API spells them: times as text, `undefined` as null. */
import type {
  AuditEntry as AuditReply,
  Connection as ConnectionReply,
  Desktop as DesktopReply,
  Entitlement as EntitlementReply,
  Group as GroupReply,
  Machine as MachineReply,
  Me,
  Pool as PoolReply,
  Role as RoleReply,
  Session as SessionReply,
  User as UserReply,
} from "@deskgate/contract";
import type { Caller } from "../domain/caller.ts";
import type { Entitlement, Machine, Pool } from "../domain/machine.ts";
import type { Role } from "../domain/role.ts";
import type { Group, User } from "../domain/user.ts";
import type { AuditEntry } from "../features/audit/ports.ts";
import type { Desktop } from "../features/desktops/ports.ts";
import type { ConnectionView, SessionView } from "../features/sessions/service.ts";

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

export function poolReply({ machineIds, ...pool }: Pool): PoolReply {
  return { ...pool, machineIds: [...machineIds] };
}

export function auditReply({ at, actorUserId, detail, ...entry }: AuditEntry): AuditReply {
  return { ...entry, at: timeReply(at), actorUserId: actorUserId ?? null, detail: { ...detail } };
}

export function entitlementReply({
  userId,
  groupId,
  createdAt,
  ...entitlement
}: Entitlement): EntitlementReply {
  return {
    ...entitlement,
    userId: userId ?? null,
    groupId: groupId ?? null,
    createdAt: timeReply(createdAt),
  };
}

export function desktopReply({ poolId, name, description, ...desktop }: Desktop): DesktopReply {
  const { protocols, isInSession, openConnections, lastUsedAt } = desktop;
  return {
    ...{ id: poolId, name, description, openConnections },
    protocols: [...protocols],
    state: isInSession ? "in-session" : "available",
    lastUsedAt: optionalTime(lastUsedAt),
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

export function sessionReply({ session, connections }: SessionView): SessionReply {
  const { id, userId, userName, poolId, machineId, machineName, state } = session;
  return {
    ...{ id, userId, userName, poolId, machineId, machineName, state },
    startedAt: timeReply(session.startedAt),
    endedAt: optionalTime(session.endedAt),
    endReason: session.endReason ?? null,
    connections: connections.map(connectionReply),
  };
}
