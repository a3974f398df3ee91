/** What handing out desktops needs of others. */
import type {
  ErrorCode,
  MachineCredentialMode,
  PoolPolicy,
  Protocol,
  Reservation,
  Target,
  TicketRefusal,
} from "@deskgate/contract";
import type { MachineSecret } from "../../domain/sealing.ts";

export interface Desktop {
  readonly poolId: string;
  readonly name: string;
  readonly description: string;
  readonly protocols: readonly Protocol[];
  readonly isInSession: boolean;
  readonly openConnections: number;
  readonly lastUsedAt: number | undefined;
}

/** A person asks for a desktop; ids are those to use where something is made. */
export interface ClaimRequest {
  readonly userId: string;
  readonly signInId: string;
  readonly poolId: string;
  readonly protocol: Protocol | undefined;
  /** Absent where no gateway is ready. */
  readonly gatewayId: string | undefined;
  readonly newSessionId: string;
  readonly connectionId: string;
  readonly ticketHash: string;
  readonly at: number;
  readonly expiresAt: number;
}

/** Everything that an admission is made of, the machine's secrets still sealed. */
export interface ClaimedConnection {
  readonly connectionId: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly machineId: string;
  readonly protocol: Protocol;
  readonly target: Target;
  readonly credential: ClaimedCredential;
  readonly policy: PoolPolicy;
}

export interface ClaimedCredential {
  readonly mode: MachineCredentialMode;
  readonly username: string;
  readonly domain: string;
  readonly sealed: Readonly<Record<MachineSecret, string | undefined>>;
}

export interface Claim {
  readonly connection: ClaimedConnection;
  readonly desktopName: string;
  readonly gatewayId: string;
  readonly isNewSession: boolean;
}

export interface DesktopStore {
  listDesktops(userId: string): Promise<readonly Desktop[]>;
  /**
   * In one transaction: entitlement, the open session or a new one, machine, protocol, and then the connection and its
   * ticket. Nothing is written where it is refused.
   */
  claim(request: ClaimRequest): Promise<Claim | { readonly refused: ErrorCode }>;
  /** Whether the connection has not ended. */
  isLive(connectionId: string): Promise<boolean>;
}

export interface TicketStore {
  /** Uses the ticket up. Of any number of callers at once, one gets the connection. */
  redeem(request: {
    readonly ticketHash: string;
    readonly gatewayId: string;
    readonly at: number;
  }): Promise<ClaimedConnection | { readonly refused: TicketRefusal }>;
}

export interface ReservationDesk {
  /** A gateway that is ready, or `undefined`. */
  choose(): string | undefined;
  reserve(gatewayId: string, reservation: Reservation): Promise<void>;
}
