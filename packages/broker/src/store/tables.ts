/**
 * The rows of every table, as the migrations made them. Names are camel-case here and snake-case in the database.
 *
 * Ids are UUID text, times integer milliseconds since 1970, booleans 0 or 1: what every dialect stores alike.
 */
import type { EndReason, Protocol, Role } from "@deskgate/contract";

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
  createdAt: number;
}

interface MachineProtocolsTable {
  machineId: string;
  protocol: Protocol;
  port: number;
  sealedPassword: string | null;
}

interface PoolsTable {
  id: string;
  name: string;
  kind: "machine";
  createdAt: number;
}

interface PoolMembersTable {
  poolId: string;
  machineId: string;
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
  /** Kept here too, so that a session's story outlives its machine. */
  machineName: string;
  state: "open" | "ended";
  startedAt: number;
  endedAt: number | null;
  endReason: EndReason | null;
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
  pools: PoolsTable;
  poolMembers: PoolMembersTable;
  entitlements: EntitlementsTable;
  signIns: SignInsTable;
  signInLinks: SignInLinksTable;
  throttles: ThrottlesTable;
  sessions: SessionsTable;
  connections: ConnectionsTable;
  tickets: TicketsTable;
}
