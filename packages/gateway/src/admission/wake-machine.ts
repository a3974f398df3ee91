/**
 * Wakes machines: one magic packet, broadcast on a network of this host.
 *
 * INVARIANT: it goes to a broadcast address that this host works out itself, and no oftener than the limits below say, so
 * that a gateway amplifies nothing.
 */
import { networkInterfaces } from "node:os";
import { DeskgateError, type GatewayCalls } from "@deskgate/contract";
import { encodeMagicPacket, WAKE_ON_LAN_PORT } from "@deskgate/wire";
import { broadcast } from "../transport/broadcast.ts";
import { broadcastAddressFor, type OwnNetwork } from "./broadcast-address.ts";

export interface WakerOptions {
  readonly nowMs: () => number;
  /** For tests: port 9 belongs to the system. */
  readonly port?: number;
  readonly networks?: () => readonly OwnNetwork[];
}

/** LIMIT: of one machine, one packet in this time; of all machines together so many. */
const INTERVAL_MS = 5_000;
const MAX_MACHINES_PER_INTERVAL = 100;

/** Rejects with `too_many_requests` beyond the limits; a packet that could not be sent is a reply that says so. */
export function createWaker(options: WakerOptions): GatewayCalls["wake"] {
  const { nowMs, port = WAKE_ON_LAN_PORT, networks = networksOfThisHost } = options;
  const sentAt = new Map<string, number>();
  return async ({ macAddress, host }) => {
    const now = nowMs();
    for (const [known, at] of sentAt) if (at + INTERVAL_MS <= now) sentAt.delete(known);
    if (sentAt.has(macAddress) || MAX_MACHINES_PER_INTERVAL <= sentAt.size)
      throw new DeskgateError("too_many_requests");
    sentAt.set(macAddress, now);
    const address = broadcastAddressFor(host, networks());
    const failure = await broadcast(encodeMagicPacket(macAddress), { address, port });
    return { isSent: failure === undefined, sentTo: `${address}:${port}`, detail: failure ?? "" };
  };
}

function networksOfThisHost(): readonly OwnNetwork[] {
  const lists = Object.values(networkInterfaces());
  return lists.flatMap((list) => list?.filter(({ family }) => family === "IPv4") ?? []);
}
