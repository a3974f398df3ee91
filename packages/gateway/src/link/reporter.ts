/** Keeps the broker informed: registers, then reports every few seconds, and registers again when a report failed. */
import { type BrokerCalls, type Log, REPORT_INTERVAL_MS } from "@deskgate/contract";
import type { ConnectionTable } from "../connections/table.ts";

export interface Reporter {
  stop(): void;
}

/** Rejects where the first registration fails; later failures are logged and mended by the next beat. */
export async function startReporter(parts: {
  readonly gatewayId: string;
  readonly broker: Pick<BrokerCalls, "register" | "report">;
  readonly table: ConnectionTable;
  readonly log: Log;
}): Promise<Reporter> {
  const { gatewayId, broker, table, log } = parts;
  let isRegistered = true;
  let isBusy = false;
  await broker.register({ gatewayId, openConnectionIds: table.ids() });
  const beat = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      if (!isRegistered) await broker.register({ gatewayId, openConnectionIds: table.ids() });
      isRegistered = true;
      await broker.report({ gatewayId, connections: table.reports() });
    } catch (cause) {
      isRegistered = false;
      log.error({ gatewayId, cause }, "Broker does not answer the report");
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void beat(), REPORT_INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}
