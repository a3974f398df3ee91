/**
 * The program's numbers for Prometheus. Names and labels are a promise: dashboards and alerts are built on them.
 *
 * INVARIANT: every label's value comes from a table of the program (protocols, end reasons, error codes, names of
 * routes), never from a person, a client or an address; so there are only so many series.
 */
import { END_REASON_NAMES, type Meter, PROTOCOLS, type Protocol, SILENT_METER } from "@deskgate/contract";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What is asked at each scrape. */
export interface Load {
  readonly connections: readonly {
    readonly protocol: Protocol;
    readonly bytesToViewer: number;
    readonly bytesToTarget: number;
  }[];
  readonly sessionsByState: Readonly<Record<string, number>>;
  readonly machines: number;
  /** Absent where the audit is not sent anywhere. */
  readonly syslog: { readonly sent: number; readonly dropped: number; readonly queued: number } | undefined;
}

/** The numbers of a gateway that is a process of its own. */
export interface GatewayMetrics {
  readonly meter: Meter;
  text(load: Pick<Load, "connections"> & { readonly isLinked: boolean }): Promise<string>;
  readonly contentType: string;
  close(): void;
}

export interface Metrics {
  readonly meter: Meter;
  /** In the text format of Prometheus. `load` is absent where the database does not answer. */
  text(load: Load | undefined): Promise<string>;
  readonly contentType: string;
  close(): void;
}

const SESSION_STATES = ["preparing", "ready", "active", "disconnected", "ended"] as const;
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const ROUND_TRIP_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
const SET_UP_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

export function createMetrics(version: string): Metrics {
  const registry = registryOf(version);
  const data = dataPlane(registry);
  const control = controlPlane(registry);
  return {
    meter: { ...data.meter, ...control.meter },
    contentType: registry.contentType,
    async text(load) {
      control.take(load);
      data.take(load);
      return registry.metrics();
    },
    close: () => registry.clear(),
  };
}

/** What a gateway knows: nothing of sign-ins, sessions and the database, which would only stand there as zero. */
export function createGatewayMetrics(version: string): GatewayMetrics {
  const registry = registryOf(version);
  const data = dataPlane(registry);
  const link = new Gauge({
    ...{ name: "deskgate_link_up", help: "1 while the gateway has its link to the broker" },
    registers: [registry],
  });
  return {
    meter: { ...SILENT_METER, ...data.meter },
    contentType: registry.contentType,
    async text(load) {
      data.take(load);
      link.set(load.isLinked ? 1 : 0);
      return registry.metrics();
    },
    close: () => registry.clear(),
  };
}

function registryOf(version: string): Registry {
  const registry = new Registry();
  // Event-loop delay, memory, CPU, garbage collection, open files.
  collectDefaultMetrics({ register: registry });
  new Gauge({
    ...{ name: "deskgate_build_info", help: "Always 1; the labels say what runs" },
    ...{ labelNames: ["version", "node"], registers: [registry] },
  }).set({ version, node: process.version }, 1);
  return registry;
}

function dataPlane(registry: Registry) {
  const registers = [registry];
  const labelNames = ["protocol"];
  const open = new Gauge({
    ...{ name: "deskgate_connections_open", help: "Connections open now" },
    ...{ labelNames, registers },
  });
  const bytes = new Counter({
    ...{ name: "deskgate_relay_bytes_total", help: "Bytes relayed, of connections that are open or were" },
    ...{ labelNames: ["protocol", "direction"], registers },
  });
  const ended = new Counter({
    ...{ name: "deskgate_connections_ended_total", help: "Connections that ended, by why" },
    ...{ labelNames: ["protocol", "reason"], registers },
  });
  const setUp = new Histogram({
    ...{ name: "deskgate_connection_setup_seconds", help: "From the ticket to the first relayed byte" },
    ...{ labelNames, registers, buckets: SET_UP_SECONDS },
  });
  const refused = new Counter({
    ...{ name: "deskgate_tunnels_refused_total", help: "Tunnels that a gateway refused, by code" },
    ...{ labelNames: ["code"], registers },
  });
  const past = new Map<Protocol, { toViewer: number; toTarget: number }>(
    PROTOCOLS.map((protocol) => [protocol, { toViewer: 0, toTarget: 0 }]),
  );
  for (const protocol of PROTOCOLS) for (const reason of END_REASON_NAMES) ended.inc({ protocol, reason }, 0);
  const meter: Pick<Meter, "connectionSetUp" | "connectionEnded" | "tunnelRefused"> = {
    connectionSetUp: (protocol, tookMs) => setUp.observe({ protocol }, tookMs / 1000),
    connectionEnded: ({ protocol, reason, bytesToViewer, bytesToTarget }) => {
      ended.inc({ protocol, reason });
      const sum = past.get(protocol);
      if (!sum) return;
      sum.toViewer += bytesToViewer;
      sum.toTarget += bytesToTarget;
    },
    tunnelRefused: (code) => refused.inc({ code }),
  };
  const take = (load: Pick<Load, "connections"> | undefined) => {
    bytes.reset();
    for (const [protocol, { toViewer, toTarget }] of past) {
      const live = load?.connections.filter((connection) => connection.protocol === protocol) ?? [];
      open.set({ protocol }, live.length);
      const sum = (count: (one: (typeof live)[number]) => number) =>
        live.reduce((all, one) => all + count(one), 0);
      const both = [
        ["to_viewer", toViewer + sum(({ bytesToViewer }) => bytesToViewer)],
        ["to_target", toTarget + sum(({ bytesToTarget }) => bytesToTarget)],
      ] as const;
      for (const [direction, total] of both) bytes.inc({ protocol, direction }, total);
    }
  };
  return { meter, take };
}

function controlPlane(registry: Registry) {
  const registers = [registry];
  const signIns = new Counter({
    ...{ name: "deskgate_sign_ins_total", help: "Sign-ins, by outcome: ok or the code of the refusal" },
    ...{ labelNames: ["outcome"], registers },
  });
  const desktops = new Counter({
    ...{ name: "deskgate_desktop_requests_total", help: "Desktops asked for, by outcome" },
    ...{ labelNames: ["outcome"], registers },
  });
  const requests = new Histogram({
    ...{ name: "deskgate_http_request_seconds", help: "Requests answered, by the route's name" },
    ...{ labelNames: ["route", "status"], registers, buckets: REQUEST_SECONDS },
  });
  const roundTrips = new Histogram({
    ...{ name: "deskgate_store_roundtrip_seconds", help: "Statements answered by the database" },
    ...{ registers, buckets: ROUND_TRIP_SECONDS },
  });
  const sessions = new Gauge({
    ...{ name: "deskgate_sessions", help: "Sessions that the database holds, by state" },
    ...{ labelNames: ["state"], registers },
  });
  const machines = new Gauge({
    ...{ name: "deskgate_machines", help: "Machines that the database holds", registers },
  });
  const up = new Gauge({
    ...{ name: "deskgate_store_up", help: "1 while the database answers", registers },
  });
  const syslog = new Counter({
    ...{
      name: "deskgate_audit_syslog_messages_total",
      help: "Messages for the syslog collector, by what became of them",
    },
    ...{ labelNames: ["state"], registers },
  });
  const queued = new Gauge({
    ...{
      name: "deskgate_audit_syslog_queued",
      help: "Messages that wait for the syslog collector",
      registers,
    },
  });
  const meter: Omit<Meter, "connectionSetUp" | "connectionEnded" | "tunnelRefused"> = {
    signIn: (outcome) => signIns.inc({ outcome }),
    desktop: (outcome) => desktops.inc({ outcome }),
    requestAnswered: ({ route, status, durationMs }) =>
      requests.observe({ route, status: statusClass(status) }, durationMs / 1000),
    storeRoundTrip: (durationMs) => roundTrips.observe(durationMs / 1000),
  };
  const take = (load: Load | undefined) => {
    up.set(load ? 1 : 0);
    if (!load) return;
    for (const state of SESSION_STATES) sessions.set({ state }, load.sessionsByState[state] ?? 0);
    machines.set(load.machines);
    if (!load.syslog) return;
    syslog.reset();
    syslog.inc({ state: "sent" }, load.syslog.sent);
    syslog.inc({ state: "dropped" }, load.syslog.dropped);
    queued.set(load.syslog.queued);
  };
  return { meter, take };
}

/** `2xx` and so on. */
function statusClass(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}
