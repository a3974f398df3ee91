/** What the broker may ask of this gateway, answered. */
import type { GatewayCalls } from "@deskgate/contract";
import { dialTarget } from "../admission/dial-target.ts";
import type { Reservations } from "../admission/reservations.ts";
import type { ConnectionTable } from "../connections/table.ts";
import { PROTOCOL_HANDLERS } from "../protocols/registry.ts";

const PROBE_DEADLINE_MS = 8_000;

export function createGatewayCalls(parts: {
  readonly reservations: Reservations;
  readonly table: ConnectionTable;
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
    async probe({ target, protocol }) {
      const began = performance.now();
      const tookMs = () => performance.now() - began;
      const signal = AbortSignal.timeout(PROBE_DEADLINE_MS);
      const dialled = await dialTarget(target, signal);
      if ("failed" in dialled)
        return { isReachable: false, tookMs: tookMs(), reason: dialled.failed, detail: dialled.detail };
      const { failed, detail } = await PROTOCOL_HANDLERS[protocol].probe(dialled.connection, signal);
      dialled.connection.abort();
      return {
        isReachable: failed === undefined,
        tookMs: tookMs(),
        ...(failed ? { reason: failed } : {}),
        detail,
      };
    },
  };
}
