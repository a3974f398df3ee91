/** What handing out desktops needs of others. */
import type {
  ChoosingRefusal,
  EffectivePolicy,
  Hop,
  MachineCredentialMode,
  MachineState,
  PoolKind,
  Protocol,
  Reservation,
  Target,
  TicketRefusal,
} from "@deskgate/contract";
import type { GatewayFacts, Pick } from "../../domain/choosing.ts";
import type { MachineSecret } from "../../domain/sealing.ts";

export interface Desktop {
  readonly poolId: string;
  readonly name: string;
  readonly description: string;
  readonly kind: PoolKind;
  readonly protocols: readonly Protocol[];
  readonly isInSession: boolean;
  readonly machineState: MachineState;
  /** Why connecting would be refused now. */
  readonly refusal: ChoosingRefusal | undefined;
  readonly isFavourite: boolean;
  readonly openConnections: number;
  readonly lastUsedAt: number | undefined;
  readonly lastProtocol: Protocol | undefined;
}

export interface DesktopsRequest {
  readonly userId: string;
  readonly address: string | undefined;
  readonly gateways: readonly GatewayFacts[];
  readonly at: number;
}

/** A person asks for a desktop; ids are those to use where something is made. */
export interface ClaimRequest extends DesktopsRequest {
  readonly signInId: string;
  readonly poolId: string;
  readonly wanted: Protocol | undefined;
  readonly pick: Pick;
  readonly newSessionId: string;
  readonly connectionId: string;
  readonly ticketHash: string;
  readonly expiresAt: number;
}

/** Everything that an admission is made of, the machine's secrets still sealed. */
export interface ClaimedConnection {
  readonly connectionId: string;
  readonly sessionId: string;
  readonly userId: string;
  /** What the person signs in with, for machines that take their own name and password. */
  readonly userName: string;
  /** Absent where the sign-in is gone. */
  readonly signInId: string | undefined;
  readonly machineId: string;
  readonly protocol: Protocol;
  readonly target: Target;
  readonly credential: ClaimedCredential;
  readonly policy: EffectivePolicy;
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
  /** The machine can be woken, and nothing says that it is on. */
  readonly mayBeAsleep: boolean;
}

/** The machine that the person would get is off and can be woken. Nothing is claimed. */
export interface ClaimAsleep {
  readonly wakes: { readonly machineId: string };
  readonly desktopName: string;
}

export interface ClaimRefused {
  readonly refused: ChoosingRefusal | "not_signed_in";
  readonly hop: Hop;
  /** Empty where the person may not know of it. */
  readonly desktopName: string;
}

export interface DesktopStore {
  listDesktops(request: DesktopsRequest): Promise<readonly Desktop[]>;
  /**
   * In one transaction: the whole way to a machine, the live session or a new one, the connection and its ticket.
   * Nothing is written where it is refused. Of any number of claims at once a free machine goes to one.
   */
  claim(request: ClaimRequest): Promise<Claim | ClaimAsleep | ClaimRefused>;
  /** A gateway waits for the connection's ticket; false where the connection has ended meanwhile. */
  confirmReserved(connectionId: string, at: number): Promise<boolean>;
  /** The id of this person's live session. */
  findOwnSession(userId: string, poolId: string): Promise<string | undefined>;
  /** False where the person may not use the pool. */
  setFavourite(favourite: {
    readonly userId: string;
    readonly poolId: string;
    readonly isFavourite: boolean;
  }): Promise<boolean>;
}

export interface TicketHolder {
  readonly userId: string;
  readonly userName: string;
  readonly sessionId: string;
  readonly connectionId: string;
}

export interface TicketStore {
  /** Whose ticket it is or was, while the database still knows. */
  findHolder(ticketHash: string): Promise<TicketHolder | undefined>;
  /** Uses the ticket up. Of any number of callers at once, one gets the connection. */
  redeem(request: {
    readonly ticketHash: string;
    readonly gatewayId: string;
    readonly at: number;
  }): Promise<ClaimedConnection | { readonly refused: TicketRefusal }>;
}

export interface ReservationDesk {
  /** Gateways that are ready. */
  listReady(): readonly GatewayFacts[];
  reserve(gatewayId: string, reservation: Reservation): Promise<void>;
}
