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
import type { Load, Metrics } from "./metrics.ts";

export interface MetricsEndpoint {
  readonly address: HostPort;
  close(): Promise<void>;
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

/** Rejects where the address cannot be had. */
export async function openMetricsEndpoint(listen: HostPort, parts: EndpointParts): Promise<MetricsEndpoint> {
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

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: EndpointParts,
): Promise<void> {
  const { method = "", url = "" } = request;
  if (method !== "GET" && method !== "HEAD") return send(response, 405, "only GET and HEAD\n");
  switch (url.split("?", 1)[0]) {
    case "/metrics":
      response.setHeader("content-type", parts.metrics.contentType);
      return send(response, 200, await parts.metrics.text(await readLoad(parts)));
    case "/healthz":
      return send(response, 200, "ok\n");
    case "/readyz":
      return (await parts.isReady())
        ? send(response, 200, "ready\n")
        : send(response, 503, "the database does not answer\n");
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
