/** What the broker may ask of this gateway, answered. */
import type { GatewayCalls } from "@deskgate/contract";
import { probeMachine } from "../admission/probe-machine.ts";
import type { Reservations } from "../admission/reservations.ts";
import { createWaker } from "../admission/wake-machine.ts";
import type { ConnectionTable } from "../connections/table.ts";

export function createGatewayCalls(parts: {
  readonly reservations: Reservations;
  readonly table: ConnectionTable;
  readonly nowMs: () => number;
}): GatewayCalls {
  return {
    async reserve(reservation) {
      parts.reservations.place(reservation);
      return {};
    },
    async revoke({ connectionIds, reason }) {
      // Burnt first, so that a viewer that comes back at once finds nothing: kill beats reconnect.
      parts.reservations.burn(new Set(connectionIds));
      return { closed: parts.table.kill(connectionIds, reason) };
    },
    probe: probeMachine,
    wake: createWaker(parts),
  };
}
