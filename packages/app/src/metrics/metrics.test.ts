import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { END_REASON_NAMES, ERROR_CODES, PROTOCOLS, ROUTES, SESSION_STATES } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MetricsEndpoint, openGatewayEndpoint, openMetricsEndpoint } from "./endpoint.ts";
import { createGatewayMetrics, createMetrics, type Load } from "./metrics.ts";

const LOAD: Load = {
  connections: [{ protocol: "vnc", bytesToViewer: 100, bytesToTarget: 10 }],
  sessionsByState: { active: 2, ended: 5 },
  machines: 3,
  syslog: { sent: 4, dropped: 1, queued: 0 },
};

let isReady: boolean;
let metrics: ReturnType<typeof createMetrics>;
let endpoint: MetricsEndpoint;
beforeEach(async () => {
  isReady = true;
  metrics = createMetrics("1.2.3");
  const { connections, syslog, ...store } = LOAD;
  const load = {
    broker: { load: async () => store },
    gateway: { load: () => connections },
    syslog: syslog && { counts: () => syslog },
  };
  const at = { host: "127.0.0.1", port: 0 };
  endpoint = await openMetricsEndpoint(at, { metrics, load, isReady: async () => isReady });
});
afterEach(() => endpoint.close());

async function get(path: string, method = "GET") {
  const response = await fetch(`http://127.0.0.1:${endpoint.address.port}${path}`, { method });
  return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A strict reader of the text format 0.0.4. */
function read(text: string): readonly Sample[] {
  expect(text.endsWith("\n")).toBe(true);
  const typed = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const type = /^# TYPE ([a-z_:][a-z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type?.[1]) {
      expect(typed.has(type[1])).toBe(false);
      typed.add(type[1]);
    }
    if (line.startsWith("#")) {
      expect(line).toMatch(/^# (TYPE|HELP) [a-z_:][a-z0-9_:]* .+$/);
      continue;
    }
    samples.push(readSample(line, typed));
  }
  return samples;
}

function readSample(line: string, typed: ReadonlySet<string>): Sample {
  const parts =
    /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)$/.exec(line);
  if (!parts?.[1]) throw new Error(`no sample: ${line}`);
  const base = parts[1].replace(/_(bucket|sum|count)$/, "");
  expect([...typed].some((name) => name === parts[1] || name === base)).toBe(true);
  const labels = [...(parts[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  // Of the event loop's delay there is no number before it was measured.
  expect(parts[3]).toMatch(/^([+-]?(\d+(\.\d+)?(e[+-]?\d+)?|Inf)|Nan)$/i);
  const value = Number(parts[3]?.replace("+Inf", "Infinity"));
  return { name: parts[1], labels: Object.fromEntries(labels), value };
}

async function sampleOf(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const found = read((await get("/metrics")).text).find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return found?.value;
}

describe("/metrics", () => {
  test("counts what is live together with what has ended", async () => {
    const ended = { protocol: "vnc", reason: "viewer_left", bytesToViewer: 1000, bytesToTarget: 1 } as const;
    metrics.meter.connectionEnded({ ...ended, reason: END_REASON_NAMES[0] });
    expect(await sampleOf("deskgate_relay_bytes_total", { protocol: "vnc", direction: "to_viewer" })).toBe(
      1100,
    );
    expect(await sampleOf("deskgate_relay_bytes_total", { protocol: "vnc", direction: "to_target" })).toBe(
      11,
    );
    expect(await sampleOf("deskgate_connections_open", { protocol: "vnc" })).toBe(1);
    expect(await sampleOf("deskgate_connections_open", { protocol: "rdp" })).toBe(0);
    const first = { protocol: "vnc", reason: END_REASON_NAMES[0] };
    expect(await sampleOf("deskgate_connections_ended_total", first)).toBe(1);
  });

  test("has what the planes tell, the database's numbers, and the build", async () => {
    const { meter } = metrics;
    meter.signIn("credentials_wrong");
    meter.desktop("ok");
    meter.tunnelRefused("ticket_used");
    meter.requestAnswered({ route: "listUsers", status: 503, durationMs: 12 });
    meter.storeRoundTrip(3);
    meter.connectionSetUp("spice", 70);
    expect(await sampleOf("deskgate_sign_ins_total", { outcome: "credentials_wrong" })).toBe(1);
    expect(await sampleOf("deskgate_desktop_requests_total", { outcome: "ok" })).toBe(1);
    expect(await sampleOf("deskgate_tunnels_refused_total", { code: "ticket_used" })).toBe(1);
    const request = { route: "listUsers", status: "5xx" };
    expect(await sampleOf("deskgate_http_request_seconds_count", request)).toBe(1);
    expect(await sampleOf("deskgate_http_request_seconds_bucket", { ...request, le: "0.01" })).toBe(0);
    expect(await sampleOf("deskgate_http_request_seconds_bucket", { ...request, le: "0.025" })).toBe(1);
    expect(await sampleOf("deskgate_store_roundtrip_seconds_sum")).toBeCloseTo(0.003);
    expect(await sampleOf("deskgate_connection_setup_seconds_count", { protocol: "spice" })).toBe(1);
    expect(await sampleOf("deskgate_sessions", { state: "active" })).toBe(2);
    expect(await sampleOf("deskgate_sessions", { state: "preparing" })).toBe(0);
    expect(await sampleOf("deskgate_machines")).toBe(3);
    expect(await sampleOf("deskgate_audit_syslog_messages_total", { state: "dropped" })).toBe(1);
    expect(await sampleOf("deskgate_audit_syslog_messages_total", { state: "sent" })).toBe(4);
    expect(await sampleOf("deskgate_audit_syslog_queued")).toBe(0);
    expect(await sampleOf("deskgate_build_info", { version: "1.2.3" })).toBe(1);
    expect(await sampleOf("nodejs_eventloop_lag_p99_seconds")).toBeDefined();
  });

  test("takes no label from anywhere but the program's own tables", async () => {
    for (const code of ERROR_CODES) metrics.meter.tunnelRefused(code);
    for (const route of Object.keys(ROUTES))
      metrics.meter.requestAnswered({ route, status: 200, durationMs: 1 });
    const own = new Set<string>([
      ...[...PROTOCOLS, ...SESSION_STATES, ...END_REASON_NAMES, ...ERROR_CODES, ...Object.keys(ROUTES)],
      ...["ok", "to_viewer", "to_target", "2xx", "sent", "dropped", "queued", "other"],
    ]);
    const free = new Set([
      "le",
      "version",
      "node",
      "quantile",
      "kind",
      "space",
      "type",
      "major",
      "minor",
      "patch",
    ]);
    const samples = read((await get("/metrics")).text).filter(({ name }) => name.startsWith("deskgate_"));
    for (const { labels } of samples)
      for (const [name, value] of Object.entries(labels)) if (!free.has(name)) expect(own).toContain(value);
  });

  test("still tells of the data plane where the database is away", async () => {
    isReady = false;
    expect(await sampleOf("deskgate_store_up")).toBe(0);
    expect(await sampleOf("deskgate_relay_bytes_total", { protocol: "vnc" })).toBe(0);
    isReady = true;
    expect(await sampleOf("deskgate_store_up")).toBe(1);
  });

  test("has every name that the dashboard asks for", async () => {
    const file = join(import.meta.dirname, "../../../../deploy/grafana/deskgate.json");
    const { panels } = JSON.parse(await readFile(file, "utf8")) as {
      panels: { targets: { expr: string }[] }[];
    };
    const { meter } = metrics;
    meter.signIn("ok");
    meter.desktop("no_gateway");
    meter.tunnelRefused("not_found");
    meter.requestAnswered({ route: "getMe", status: 200, durationMs: 1 });
    meter.storeRoundTrip(1);
    meter.connectionSetUp("vnc", 1);
    const names = new Set(read((await get("/metrics")).text).map(({ name }) => name));
    const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const wanted = new Set(asked.flatMap((expr) => expr.match(/\b(deskgate|nodejs|process)_\w+/g) ?? []));
    expect(wanted.size).toBeGreaterThan(15);
    expect([...wanted].filter((name) => !names.has(name))).toEqual([]);
    const told = [...names].filter(
      (name) => name.startsWith("deskgate_") && !/_(sum|count|bucket)$/.test(name),
    );
    expect(told.filter((name) => !wanted.has(name))).toEqual([]);
  });
});

describe("the operators' listener", () => {
  test("says whether the process lives, and whether it can serve", async () => {
    expect(await get("/healthz")).toMatchObject({ status: 200, text: "ok\n" });
    expect((await get("/readyz")).status).toBe(200);
    isReady = false;
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(503);
  });

  test("serves nothing else, and takes nothing", async () => {
    expect((await get("/")).status).toBe(404);
    expect((await get("/api/v1/users")).status).toBe(404);
    expect((await get("/metrics", "POST")).status).toBe(405);
  });

  test("closes while a peer holds a connection open", async () => {
    const socket = connect(endpoint.address.port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((done) => socket.once("connect", done));
    socket.write("GET /metrics HTTP/1.1\r\n");
    const gone = new Promise((done) => socket.once("close", done));
    await endpoint.close();
    await gone;
    // The hook closes an endpoint too.
    endpoint = await openMetricsEndpoint(
      { host: "127.0.0.1", port: 0 },
      {
        metrics,
        load: { broker: { load: async () => LOAD }, gateway: { load: () => [] }, syslog: undefined },
        isReady: async () => true,
      },
    );
  });
});

describe("beside a gateway of its own", () => {
  let isLinked: boolean;

  beforeEach(async () => {
    isLinked = true;
    // The hook closes whichever is open.
    await endpoint.close();
    const parts = { gateway: { load: () => LOAD.connections }, isLinked: () => isLinked };
    const metricsOfGateway = createGatewayMetrics("1.2.3");
    metricsOfGateway.meter.tunnelRefused("ticket_used");
    const at = { host: "127.0.0.1", port: 0 };
    endpoint = await openGatewayEndpoint(at, { ...parts, metrics: metricsOfGateway });
  });

  test("the numbers are those of the data plane and of the link, and nothing that it cannot know", async () => {
    const { status, text } = await get("/metrics");
    expect(status).toBe(200);
    const samples = read(text);
    const own = new Set(samples.map(({ name }) => name).filter((name) => name.startsWith("deskgate_")));
    for (const name of [
      "connections_open",
      "relay_bytes_total",
      "tunnels_refused_total",
      "link_up",
      "build_info",
    ])
      expect(own).toContain(`deskgate_${name}`);
    for (const name of ["store_up", "sessions", "machines", "sign_ins_total"])
      expect(own).not.toContain(`deskgate_${name}`);
    const numberAt = (name: string) => samples.find((sample) => sample.name === name)?.value;
    expect([numberAt("deskgate_link_up"), numberAt("deskgate_tunnels_refused_total")]).toEqual([1, 1]);
    const open = samples.filter(({ name }) => name === "deskgate_connections_open");
    expect(open.find(({ labels }) => labels["protocol"] === "vnc")?.value).toBe(1);
    isLinked = false;
    expect((await get("/metrics")).text).toContain("deskgate_link_up 0");
  });

  test("it is ready while it has its link, and alive in any case", async () => {
    expect(await get("/readyz")).toMatchObject({ status: 200, text: "ready\n" });
    isLinked = false;
    expect(await get("/readyz")).toMatchObject({ status: 503, text: "there is no link to the broker\n" });
    expect((await get("/healthz")).status).toBe(200);
  });
});
