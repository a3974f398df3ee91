/**
 * The data plane in one object. It knows tickets, not users: what it may do comes over the link, where it leads is in
 * the admission, and every other request is passed on to the broker.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type BrokerCalls, type Log, type Meter, SILENT_METER } from "@deskgate/contract";
import { Reservations } from "./admission/reservations.ts";
import { ConnectionTable, type LiveLoad } from "./connections/table.ts";
import type { BrokerLink } from "./link/broker-link.ts";
import { createGatewayCalls } from "./link/gateway-calls.ts";
import { Outbox } from "./link/outbox.ts";
import { createRefusalTeller } from "./link/refusals.ts";
import { startReporter } from "./link/reporter.ts";
import { openFrontDoor } from "./listener/accept.ts";
import type { CertificateStore } from "./listener/certificate.ts";
import type { LimitSettings } from "./listener/connection-limits.ts";
import { createHttpEntry } from "./listener/http-entry.ts";
import { enterTunnel, type TunnelContext } from "./listener/tunnel-entry.ts";
import { createPulse } from "./relay/pulse.ts";
import { asSocket } from "./transport/server.ts";
import { createTargetTls } from "./transport/tls-client.ts";
import type { ListenAddress } from "./transport/transport.ts";

export interface GatewayOptions {
  readonly gatewayId: string;
  readonly listen: ListenAddress;
  readonly certificate: CertificateStore;
  readonly limits: LimitSettings;
  readonly firstBytesDeadlineMs: number;
  /** PEM certificates of authorities that are believed about machines, beside the system's. */
  readonly targetAuthorities?: readonly string[];
  readonly log: Log;
  readonly meter?: Meter;
  readonly link: BrokerLink;
  /** Everything that is not a tunnel. */
  readonly passOn: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Gateway {
  readonly address: ListenAddress;
  /** Every open connection, for whoever counts. */
  load(): readonly LiveLoad[];
  /** Ends all tunnels; the port stays open. */
  endAll(): void;
  /** Stops accepting, ends the tunnels with `gateway_stopping`, and waits for them up to the deadline. */
  close(deadlineMs?: number): Promise<void>;
}

const CLOSE_DEADLINE_MS = 5_000;
const NOTHING_AHEAD = Buffer.alloc(0);

/** Opens the link, then the port. Rejects where either fails; a link over a network may still be on its way. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { gatewayId, log, link, meter = SILENT_METER } = options;
  const pulse = createPulse();
  const table = new ConnectionTable();
  const reservations = new Reservations(pulse.nowMs);
  const outbox = new Outbox(link.broker, log);
  const reporter = startReporter({ gatewayId, broker: link.broker, table, outbox, log });
  await link
    .open(createGatewayCalls({ reservations, table, nowMs: pulse.nowMs }), reporter.join)
    .catch((cause: unknown) => {
      reporter.stop();
      throw cause;
    });
  const targetTls = createTargetTls(options.targetAuthorities);
  const { connectionOpened, connectionClosed } = outbox;
  const broker: BrokerCalls = { ...link.broker, connectionOpened, connectionClosed };
  const tellRefusal = createRefusalTeller({ gatewayId, broker, log });
  const shared = { gatewayId, reservations, table, broker, pulse, targetTls, meter, log };
  const context: TunnelContext = { ...shared, tellRefusal };
  const http = createHttpEntry({
    onRequest: options.passOn,
    onUpgrade: (request, stream, head) => void enterTunnel(request, asSocket(stream), { head, context }),
    log,
  });
  const door = await openFrontDoor({
    address: options.listen,
    tls: () => options.certificate.current(),
    http,
    onTunnel: (request, socket) => void enterTunnel(request, socket, { head: NOTHING_AHEAD, context }),
    limits: options.limits,
    firstBytesDeadlineMs: options.firstBytesDeadlineMs,
    log,
  }).catch((cause: unknown) => {
    reporter.stop();
    http.close();
    throw cause;
  });
  return {
    address: door.address,
    load: () => table.load(),
    endAll: () => void table.kill("all", "gateway_stopping"),
    async close(deadlineMs = CLOSE_DEADLINE_MS) {
      table.kill("all", "gateway_stopping");
      const late = new Promise<void>((done) => setTimeout(done, deadlineMs).unref());
      await Promise.race([table.empty(), late]);
      reporter.stop();
      http.close();
      http.closeAllConnections();
      await door.close();
    },
  };
}
