/** Machines, and who may use which pool. */
import {
  classifyAddress,
  type IdentityKind,
  isDisguisedIpv4,
  type MachineCredentialMode,
  mayDial,
  type Protocol,
  type TimeWindow,
  type Trust,
} from "@deskgate/contract";

import type { Health } from "./health.ts";

interface MachineProtocol {
  readonly protocol: Protocol;
  readonly port: number;
  readonly credentialMode: MachineCredentialMode;
  readonly username: string;
  readonly domain: string;
  readonly hasPassword: boolean;
  readonly hasPrivateKey: boolean;
}

/** A certificate or host key that a machine has shown. INVARIANT: at most one per machine and protocol is accepted. */
export interface MachineIdentity {
  readonly id: string;
  readonly protocol: Protocol;
  readonly kind: IdentityKind;
  readonly fingerprint: string;
  readonly description: string;
  readonly state: "accepted" | "refused";
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly acceptedAt: number | undefined;
  readonly acceptedBy: string | undefined;
}

export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly isDeclaredLocal: boolean;
  readonly isBuiltIn: boolean;
  readonly protocols: readonly MachineProtocol[];
  readonly trust: Trust;
  readonly identities: readonly MachineIdentity[];
  readonly tags: readonly string[];
  /** Absent: gateways of every zone reach it. */
  readonly zoneId: string | undefined;
  readonly macAddress: string | undefined;
  readonly isInMaintenance: boolean;
  readonly health: Health;
  readonly poolId: string;
  readonly createdAt: number;
  /** Counts changes. */
  readonly version: number;
}

/** INVARIANT: exactly one of `userId` and `groupId` is set. */
export interface Entitlement {
  readonly id: string;
  readonly poolId: string;
  readonly userId: string | undefined;
  readonly groupId: string | undefined;
  readonly policyId: string | undefined;
  /** None: always. */
  readonly windows: readonly TimeWindow[];
  /** None: from everywhere. */
  readonly networks: readonly string[];
  readonly createdAt: number;
  readonly version: number;
}

/**
 * Why a machine may not be entered with this address, or `undefined` where nothing speaks against it.
 * Names are judged by the gateway, after it resolved them.
 */
export function addressRefusal(host: string, isDeclaredLocal: boolean): string | undefined {
  if (isDisguisedIpv4(host)) return "Write the address as four decimal numbers.";
  const isLocalName = /(^|\.)localhost\.?$/i.test(host);
  const kind = isLocalName ? "loopback" : classifyAddress(host);
  if (kind === undefined || mayDial(kind, isDeclaredLocal)) return undefined;
  return isDeclarable(kind)
    ? `This is a ${kind} address. Declare that the machine runs there, or enter its own address.`
    : `This is a ${kind} address, which no machine can have.`;
}

function isDeclarable(kind: NonNullable<ReturnType<typeof classifyAddress>>): boolean {
  return mayDial(kind, true);
}
