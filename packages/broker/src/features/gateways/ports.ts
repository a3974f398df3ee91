/** What looking after gateways needs of others. */
import type { ErrorCode } from "@deskgate/contract";
import type { Gateway } from "../../domain/gateway.ts";

export interface NewGatewayCode {
  readonly secretHash: string;
  readonly name: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface GatewayChange {
  readonly name?: string | undefined;
  /** Null: of no zone. */
  readonly zoneId?: string | null | undefined;
}

/** INVARIANT: a removed gateway is in no answer. Writing calls throw `name_taken`. */
export interface GatewayStore {
  list(): Promise<readonly Gateway[]>;
  find(gatewayId: string): Promise<Gateway | undefined>;
  /** Throws `validation_failed` for an unknown zone. */
  update(gatewayId: string, change: GatewayChange): Promise<Gateway | undefined>;
  /** Whether it was there. */
  remove(gatewayId: string, at: number): Promise<boolean>;
  markSeen(gatewayId: string, seen: { readonly at: number; readonly version?: string }): Promise<void>;
  createCode(code: NewGatewayCode): Promise<void>;
  /** Uses the code up and adds the gateway, under the code's name where it has one. Of any number of callers at once, one succeeds. */
  redeemCode(
    secretHash: string,
    gateway: Gateway,
  ): Promise<{ readonly name: string } | { readonly refused: ErrorCode }>;
  /** Adds the gateway in the broker's own program, or brings it up to date. */
  putBuiltIn(gateway: Gateway): Promise<void>;
  removeBuiltIn(): Promise<void>;
}

/** What the link knows of gateways now. */
export interface GatewayPresence {
  presenceOf(gatewayId: string): Presence | undefined;
  /** Probes go by it from now on; choosing reads the database. */
  setZone(gatewayId: string, zoneId: string | undefined): void;
  /** Closes the link at once, and tells the gateway why. */
  sever(gatewayId: string, why: "removed"): void;
}

export interface Presence {
  readonly isSilent: boolean;
  readonly openConnections: number;
  readonly connectedSince: number;
  readonly lastHeardAt: number;
}

/** Ends what is on a gateway that is no longer one. */
export interface GatewayConnections {
  endOn(gatewayId: string, detail: string): Promise<void>;
}
