/** Keeps the broker informed: registers, then reports every few seconds, and registers again when a report failed. */
import { type BrokerCalls, DeskgateError, type Log, REPORT_INTERVAL_MS } from "@deskgate/contract";
import type { ConnectionTable } from "../connections/table.ts";
import type { Outbox } from "./outbox.ts";

export interface Reporter {
  /** Tells what happened while the broker was away, then what is open. Rejects where the broker cannot be told. */
  join(): Promise<void>;
  stop(): void;
}

/** Failed reports are logged and mended by the next beat. */
export function startReporter(parts: {
  readonly gatewayId: string;
  readonly broker: Pick<BrokerCalls, "register" | "report">;
  readonly table: ConnectionTable;
  readonly outbox: Outbox;
  readonly log: Log;
}): Reporter {
  const { gatewayId, broker, table, outbox, log } = parts;
  let isRegistered = false;
  let isBusy = false;
  const join = async () => {
    // First, so that the broker hears why a connection ended and does not take it for lost.
    await outbox.flush();
    await broker.register({ gatewayId, openConnectionIds: table.ids() });
    isRegistered = true;
  };
  const beat = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      if (isRegistered) await outbox.flush();
      else await join();
      await broker.report({ gatewayId, connections: table.reports() });
    } catch (cause) {
      isRegistered = false;
      // A link that is down says so itself.
      const isAway = cause instanceof DeskgateError && cause.code === "link_unavailable";
      log[isAway ? "debug" : "error"]({ gatewayId, cause }, "Broker does not answer the report");
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void beat(), REPORT_INTERVAL_MS);
  return { join, stop: () => clearInterval(timer) };
}
