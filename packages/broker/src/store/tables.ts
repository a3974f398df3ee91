/**
 * The rows of every table, as the migrations made them. Names are camel-case here and snake-case in the database.
 *
 * Ids are UUID text, times integer milliseconds since 1970, booleans 0 or 1: what every dialect stores alike.
 */
import type {
  CredentialMode,
  EndReason,
  IdentityKind,
  PoolKind,
  Protocol,
  Role,
  SessionEventName,
  SessionState,
  SessionStateReason,
  Trust,
} from "@deskgate/contract";
import type { Generated } from "kysely";

interface UsersTable {
  id: string;
  name: string;
  displayName: string;
  role: Role;
  passwordHash: string | null;
  disabledAt: number | null;
  lastSignInAt: number | null;
  createdAt: number;
}

interface GroupsTable {
  id: string;
  name: string;
  createdAt: number;
}

interface GroupMembersTable {
  groupId: string;
  userId: string;
}

interface MachinesTable {
  id: string;
  name: string;
  description: string;
  host: string;
  isDeclaredLocal: 0 | 1;
  /** Which built-in machine this is, where the program made it itself. */
  builtIn: string | null;
  trust: Trust;
  createdAt: number;
}

interface MachineProtocolsTable {
  machineId: string;
  protocol: Protocol;
  port: number;
  credentialMode: CredentialMode;
  username: string;
  domain: string;
  sealedPassword: string | null;
  sealedPrivateKey: string | null;
  sealedPassphrase: string | null;
}

interface MachineIdentitiesTable {
  id: string;
  machineId: string;
  protocol: Protocol;
  kind: IdentityKind;
  fingerprint: string;
  description: string;
  state: "accepted" | "refused";
  firstSeenAt: number;
  lastSeenAt: number;
  acceptedAt: number | null;
  acceptedBy: string | null;
}

interface AuditTable {
  id: string;
  at: number;
  actorUserId: string | null;
  actorName: string;
  address: string;
  action: string;
  subjectKind: string;
  subjectId: string;
  /** JSON. */
  detail: string;
}

interface PoolsTable {
  id: string;
  name: string;
  kind: PoolKind;
  /** JSON; null where nothing differs from what every pool allows. */
  policy: string | null;
  description: Generated<string>;
  /** Null: only the person ends a session. */
  releaseAfterMs: Generated<number | null>;
  releaseOnSignOut: Generated<0 | 1>;
  version: Generated<number>;
  createdAt: number;
}

interface PoolMembersTable {
  poolId: string;
  machineId: string;
}

interface PoolAssignmentsTable {
  poolId: string;
  userId: string;
  machineId: string;
  assignedAt: number;
}

interface DesktopPreferencesTable {
  userId: string;
  poolId: string;
  isFavourite: 0 | 1;
  lastProtocol: Protocol | null;
}

interface EntitlementsTable {
  id: string;
  poolId: string;
  userId: string | null;
  groupId: string | null;
  createdAt: number;
}

interface SignInsTable {
  id: string;
  tokenHash: string;
  userId: string;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
  address: string;
  userAgent: string;
}

interface SignInLinksTable {
  secretHash: string;
  userId: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

interface ThrottlesTable {
  key: string;
  failures: number;
  lastFailureAt: number;
}

interface SessionsTable {
  id: string;
  userId: string;
  poolId: string;
  machineId: string;
  /** Kept here too, so that a session's story outlives its machine and pool. */
  machineName: string;
  poolName: string;
  state: SessionState;
  stateReason: SessionStateReason;
  stateSince: number;
  leaseExpiresAt: number | null;
  isExclusive: 0 | 1;
  startedAt: number;
  endedAt: number | null;
  endReason: EndReason | null;
}

/** Append-only. */
interface SessionEventsTable {
  sessionId: string;
  at: number;
  event: SessionEventName;
  byName: string;
  detail: string;
}

interface SessionMessagesTable {
  id: string;
  sessionId: string;
  at: number;
  byName: string;
  text: string;
  shownAt: number | null;
}

interface SessionSamplesTable {
  at: number;
  live: number;
}

interface ConnectionsTable {
  id: string;
  sessionId: string;
  signInId: string | null;
  protocol: Protocol;
  gatewayId: string;
  state: "reserved" | "open" | "ended";
  viewerAddress: string | null;
  createdAt: number;
  openedAt: number | null;
  endedAt: number | null;
  endReason: EndReason | null;
  detail: string;
  bytesToViewer: number;
  bytesToTarget: number;
}

interface TicketsTable {
  hash: string;
  connectionId: string;
  expiresAt: number;
  usedAt: number | null;
  revokedAt: number | null;
}

export interface Tables {
  users: UsersTable;
  groups: GroupsTable;
  groupMembers: GroupMembersTable;
  machines: MachinesTable;
  machineProtocols: MachineProtocolsTable;
  machineIdentities: MachineIdentitiesTable;
  pools: PoolsTable;
  poolMembers: PoolMembersTable;
  poolAssignments: PoolAssignmentsTable;
  desktopPreferences: DesktopPreferencesTable;
  entitlements: EntitlementsTable;
  signIns: SignInsTable;
  signInLinks: SignInLinksTable;
  throttles: ThrottlesTable;
  sessions: SessionsTable;
  sessionEvents: SessionEventsTable;
  sessionMessages: SessionMessagesTable;
  sessionSamples: SessionSamplesTable;
  connections: ConnectionsTable;
  tickets: TicketsTable;
  audit: AuditTable;
}
