/**
 * The listener for operators: `/metrics`, `/healthz`, `/readyz`. Plain HTTP without sign-in, so it is off by default and
 * on the loopback address unless told otherwise.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Broker } from "@deskgate/broker";
import type { Gateway } from "@deskgate/gateway";
import type { HostPort } from "../config/listen-address.ts";
import type { SyslogSender } from "../syslog/sender.ts";
import type { GatewayMetrics, Load, Metrics } from "./metrics.ts";

export interface MetricsEndpoint {
  readonly address: HostPort;
  close(): Promise<void>;
}

/** What the listener answers, whichever plane it stands beside. */
interface Answers {
  readonly metrics: Pick<Metrics, "contentType" | "close">;
  readonly text: () => Promise<string>;
  readonly isReady: () => Promise<boolean>;
  /** What `/readyz` says where it is not. */
  readonly whyNotReady: string;
}

interface GatewayParts {
  readonly metrics: GatewayMetrics;
  readonly gateway: Pick<Gateway, "load">;
  readonly isLinked: () => boolean;
}

interface EndpointParts {
  readonly metrics: Metrics;
  readonly load: {
    readonly broker: Pick<Broker, "load">;
    readonly gateway: Pick<Gateway, "load">;
    readonly syslog: Pick<SyslogSender, "counts"> | undefined;
  };
  readonly isReady: () => Promise<boolean>;
}

/** LIMIT: a scrape takes milliseconds; a peer that sends its request slower than this is none. */
const REQUEST_DEADLINE_MS = 5_000;
const MAX_CONNECTIONS = 50;

/** Beside a broker. Rejects where the address cannot be had. */
export function openMetricsEndpoint(listen: HostPort, parts: EndpointParts): Promise<MetricsEndpoint> {
  const { metrics, isReady } = parts;
  const text = async () => metrics.text(await readLoad(parts));
  return openListener(listen, { metrics, text, isReady, whyNotReady: "the database does not answer" });
}

/** Beside a gateway of its own: ready is who has the link, for without it nobody new is let in. */
export function openGatewayEndpoint(listen: HostPort, parts: GatewayParts): Promise<MetricsEndpoint> {
  const { metrics, gateway, isLinked } = parts;
  const text = () => metrics.text({ connections: gateway.load(), isLinked: isLinked() });
  const isReady = async () => isLinked();
  return openListener(listen, { metrics, text, isReady, whyNotReady: "there is no link to the broker" });
}

async function openListener(listen: HostPort, parts: Answers): Promise<MetricsEndpoint> {
  const server = createServer(
    { requestTimeout: REQUEST_DEADLINE_MS, headersTimeout: REQUEST_DEADLINE_MS },
    (request, response) => void answer(request, response, parts),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(listen.port, listen.host, done);
  });
  const { address: host, port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  return {
    address: { host, port },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      parts.metrics.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: Answers): Promise<void> {
  const { method = "", url = "" } = request;
  if (method !== "GET" && method !== "HEAD") return send(response, 405, "only GET and HEAD\n");
  switch (url.split("?", 1)[0]) {
    case "/metrics":
      response.setHeader("content-type", parts.metrics.contentType);
      return send(response, 200, await parts.text());
    case "/healthz":
      return send(response, 200, "ok\n");
    case "/readyz":
      return (await parts.isReady())
        ? send(response, 200, "ready\n")
        : send(response, 503, `${parts.whyNotReady}\n`);
    default:
      return send(response, 404, "there are /metrics, /healthz and /readyz\n");
  }
}

/** A database that is away must not hide the other numbers. */
async function readLoad({ load, isReady }: EndpointParts): Promise<Load | undefined> {
  if (!(await isReady())) return undefined;
  const store = await load.broker.load().catch(() => undefined);
  return store && { ...store, connections: load.gateway.load(), syslog: load.syslog?.counts() };
}

function send(response: ServerResponse, status: number, text: string): void {
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.writeHead(status).end(text);
}
