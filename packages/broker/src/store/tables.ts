/**
 * The rows of every table, as the migrations made them. Names are camel-case here and snake-case in the database.
 *
 * Ids are UUID text, times integer milliseconds since 1970, booleans 0 or 1: what every dialect stores alike.
 */
import type {
  EndReason,
  IdentityKind,
  MachineCredentialMode,
  PoolKind,
  Protocol,
  SessionEventName,
  SessionState,
  SessionStateReason,
  Trust,
} from "@deskgate/contract";
import type { Generated } from "kysely";

/** Rows that people change, one at a time or several at once. */
interface Versioned {
  /** Counts changes; the database begins at 1. */
  version: Generated<number>;
}

interface UsersTable extends Versioned {
  id: string;
  name: string;
  displayName: string;
  /** Read it through `role-of.ts`. */
  role: "administrator" | "user";
  /** Another built-in role or the id of one that the site made; null where `role` says it all. INVARIANT: null for administrators. */
  roleId: string | null;
  passwordHash: string | null;
  disabledAt: number | null;
  lastSignInAt: number | null;
  createdAt: number;
}

interface RolesTable extends Versioned {
  id: string;
  name: string;
  /** JSON. */
  permissions: string;
  createdAt: number;
}

interface GroupsTable extends Versioned {
  id: string;
  name: string;
  createdAt: number;
}

interface GroupMembersTable {
  groupId: string;
  userId: string;
}

/** `groupNesting`: as entered; `groupClosure`: every group with every group inside it, however deep. */
interface GroupInGroupTable {
  groupId: string;
  memberGroupId: string;
}

interface GroupNestingTurnTable {
  id: number;
  turn: number;
}

interface ZonesTable extends Versioned {
  id: string;
  name: string;
  description: string;
  createdAt: number;
}

interface MachineTagsTable {
  machineId: string;
  tag: string;
}

interface MachineHealthTable {
  machineId: string;
  state: "up" | "down";
  since: number;
  detail: string;
}

interface PoliciesTable extends Versioned {
  id: string;
  name: string;
  /** JSON. */
  says: string;
  createdAt: number;
}

interface MachinesTable extends Versioned {
  id: string;
  name: string;
  description: string;
  host: string;
  isDeclaredLocal: 0 | 1;
  /** Which built-in machine this is, where the program made it itself. */
  builtIn: string | null;
  trust: Trust;
  /** Null: reached from everywhere. */
  zoneId: string | null;
  macAddress: string | null;
  /** Somebody wants it on; null once a gateway was told. */
  wakeAskedAt: Generated<number | null>;
  wakeSentAt: Generated<number | null>;
  isInMaintenance: Generated<0 | 1>;
  createdAt: number;
}

interface MachineProtocolsTable {
  machineId: string;
  protocol: Protocol;
  port: number;
  credentialMode: MachineCredentialMode;
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

interface AuditRecordsTable {
  /** 1, 2, 3 and so on, without gaps. */
  sequence: number;
  previousHash: string;
  hash: string;
  id: string;
  at: number;
  actorUserId: string | null;
  actorName: string;
  address: string;
  action: string;
  subjectKind: string;
  subjectId: string;
  outcome: string;
  /** JSON. */
  detail: string;
}

/** One row. */
interface AuditHeadTable {
  id: number;
  sequence: number;
  hash: string;
}

interface PoolsTable extends Versioned {
  id: string;
  name: string;
  kind: PoolKind;
  /** JSON; null where nothing differs from what every pool allows. */
  policy: string | null;
  description: Generated<string>;
  /** Null: only the person ends a session. */
  releaseAfterMs: Generated<number | null>;
  releaseOnSignOut: Generated<0 | 1>;
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

interface EntitlementsTable extends Versioned {
  id: string;
  poolId: string;
  userId: string | null;
  groupId: string | null;
  policyId: string | null;
  /** JSON. */
  windows: Generated<string>;
  /** JSON. */
  networks: Generated<string>;
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
  /** In the order of writing. */
  id: string;
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
  /** Where the message says that the session ends: when. */
  endsAt: number | null;
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
  /** JSON: the policy in force when the ticket was made; null where it was made before there was one. */
  policy: string | null;
}

interface TicketsTable {
  hash: string;
  connectionId: string;
  expiresAt: number;
  usedAt: number | null;
  revokedAt: number | null;
}

interface GatewaysTable {
  id: string;
  name: string;
  /** Empty for the gateway in the broker's own program. */
  publicKey: string;
  /** For the version before, which knew no ids here; nothing reads it. */
  zone: Generated<string>;
  /** Null: it reaches machines of every zone. INVARIANT: null once it is removed. */
  zoneId: string | null;
  lastSeenAt: number | null;
  version: string;
  addedAt: number;
  removedAt: number | null;
}

interface GatewayCodesTable {
  secretHash: string;
  name: string | null;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

interface IdempotencyKeysTable {
  userId: string;
  key: string;
  requestHash: string;
  /** Null while the request is being worked on. */
  sealedReply: string | null;
  claimedAt: number;
}

interface ApiTokensTable {
  id: string;
  userId: string;
  name: string;
  tokenHash: string;
  /** JSON. */
  scopes: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  lastUsedAddress: string | null;
}

interface SettingsTable extends Versioned {
  name: string;
  /** JSON. */
  value: string;
}

export interface Tables {
  users: UsersTable;
  groups: GroupsTable;
  groupMembers: GroupMembersTable;
  roles: RolesTable;
  groupNesting: GroupInGroupTable;
  groupClosure: GroupInGroupTable;
  groupNestingTurn: GroupNestingTurnTable;
  zones: ZonesTable;
  policies: PoliciesTable;
  machineTags: MachineTagsTable;
  machineHealth: MachineHealthTable;
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
  auditRecords: AuditRecordsTable;
  auditHead: AuditHeadTable;
  gateways: GatewaysTable;
  gatewayCodes: GatewayCodesTable;
  idempotencyKeys: IdempotencyKeysTable;
  apiTokens: ApiTokensTable;
  settings: SettingsTable;
}
