import {
  DEFAULT_RELEASE,
  GATEWAY_SILENCE_MS,
  REPORT_INTERVAL_MS,
  TICKET_LIFETIME_MS,
} from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../domain/caller.ts";
import { OPENING_GRACE_MS } from "../../domain/session.ts";
import { createBrokerCalls } from "../../link/broker-calls.ts";
import { MemoryGateway, openTestFeatures } from "../../testing.ts";
import { PROGRAM } from "../audit/service.ts";

const GATEWAY = "g1";
const RELEASE_AFTER_MS = DEFAULT_RELEASE.afterDisconnectMs ?? 0;
let features: Awaited<ReturnType<typeof openTestFeatures>>;
let gateway: MemoryGateway;
let calls: ReturnType<typeof createBrokerCalls>;
let caller: Caller;
let poolId: string;

beforeEach(async () => {
  features = await openTestFeatures();
  gateway = new MemoryGateway();
  calls = createBrokerCalls({ ...features, ...features.services });
  features.gateways.attach(GATEWAY, gateway.calls);
  await calls.register({ gatewayId: GATEWAY, openConnectionIds: [] });
  const { users, machines, entitlements, signIn } = features.services;
  const { user } = await users.ensureAdministrator();
  const protocols = [{ protocol: "vnc", port: 5901 }] as const;
  const trust = "first-use" as const;
  const fields = {
    name: "Desk",
    description: "",
    host: "192.0.2.1",
    isDeclaredLocal: false,
    protocols,
    trust,
  };
  ({ poolId } = await machines.create(fields, PROGRAM));
  await entitlements.create({ poolId, userId: user.id, groupId: null }, PROGRAM);
  const { path } = await users.createLink(user.id, 60_000, PROGRAM);
  const origin = { address: "192.0.2.9", userAgent: "", previousToken: undefined };
  ({ caller } = await signIn.withLink(path.reveal().split("#")[1] ?? "", origin));
});
afterEach(() => features.close());

async function connect(isOpened: boolean): Promise<string> {
  const { connectionId } = await features.services.desktops.connect(caller, {
    ...{ poolId, protocol: undefined },
    address: "192.0.2.99",
  });
  const opened = { gatewayId: GATEWAY, connectionId, viewerAddress: "192.0.2.99" };
  if (isOpened) await calls.connectionOpened(opened);
  return connectionId;
}

async function stateOf(connectionId: string) {
  const { connection } = await features.services.sessions.findConnection(caller, connectionId);
  return connection.endReason ?? connection.state;
}

async function openSessions(): Promise<number> {
  return (await listOpenSessions()).length;
}

const report = (connectionId: string) => ({ connectionId, bytesToViewer: 1, bytesToTarget: 1, idleMs: 0 });

/** For thousands of reports, each a few statements, on a host that has other things to do. */
const LONG_MS = 180_000;
/** Every third report is enough not to be silent. */
const REPORTS_MS = 3 * REPORT_INTERVAL_MS;

/** The gateway keeps reporting `open` while time goes by. */
async function pass(durationMs: number, open: readonly string[]): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += REPORTS_MS) {
    features.clock.advance(Math.min(REPORTS_MS, durationMs - passed));
    await calls.report({ gatewayId: GATEWAY, connections: open.map(report) });
  }
  await features.reconciler.runOnce();
}

describe("a viewer that is closed", () => {
  const leave = async (connectionId: string) => {
    const reason = "viewer_left" as const;
    await calls.connectionClosed({ gatewayId: GATEWAY, report: report(connectionId), reason, detail: "" });
  };
  const endings = () => features.services.audit.list({ action: "session.ended", limit: 10 });

  test("before it had opened ends its session, which the audit says", async () => {
    await leave(await connect(false));
    expect(await openSessions()).toBe(0);
    const [record, ...others] = await endings();
    expect(others).toEqual([]);
    expect(record).toMatchObject({ actorName: PROGRAM.name, subjectKind: "session" });
    expect(JSON.parse(record?.detail ?? "")).toEqual({ reason: "viewer_left", userId: caller.userId });
  });

  test("after it had opened leaves its session to whoever comes back", async () => {
    await leave(await connect(true));
    expect(await openSessions()).toBe(1);
    expect(await endings()).toEqual([]);
  });
});

describe("a gateway that comes back after a crash", () => {
  test("has lost what it does not name; the session stays, and the viewer returns to it", async () => {
    const [open, reserved] = [await connect(true), await connect(false)];
    await calls.register({ gatewayId: GATEWAY, openConnectionIds: [] });
    expect([await stateOf(open), await stateOf(reserved)]).toEqual(["gateway_lost", "reserved"]);
    expect(await openSessions()).toBe(1);
    await connect(true);
    expect(await openSessions()).toBe(1);
  });

  test("asks for the admission of a ticket that it had a reservation for", async () => {
    const reserved = await connect(false);
    const tickets = features.db.selectFrom("tickets").selectAll().where("connectionId", "=", reserved);
    const { hash } = await tickets.executeTakeFirstOrThrow();
    await calls.register({ gatewayId: GATEWAY, openConnectionIds: [] });
    const reply = await calls.admit({ gatewayId: GATEWAY, ticketHash: hash });
    expect(reply).toMatchObject({ admission: { connectionId: reserved } });
  });

  test("keeps what it names", async () => {
    const open = await connect(true);
    await calls.register({ gatewayId: GATEWAY, openConnectionIds: [open] });
    expect(await stateOf(open)).toBe("open");
  });

  test("is told to let go of what ended meanwhile", async () => {
    const open = await connect(true);
    await features.ending.kill((await listOpenSessions())[0]?.session.id ?? "", PROGRAM);
    gateway.revoked.length = 0;
    await calls.register({ gatewayId: GATEWAY, openConnectionIds: [open] });
    expect(gateway.revokedFor("killed")).toEqual([open]);
  });

  test("does not lose what is on another gateway", async () => {
    features.gateways.attach("g2", new MemoryGateway().calls);
    const open = await connect(true);
    await calls.register({ gatewayId: "g2", openConnectionIds: [] });
    expect(await stateOf(open)).toBe("open");
  });
});

describe("a gateway that falls silent", () => {
  test("has lost its connections, and gets no new ones", async () => {
    const open = await connect(true);
    features.clock.advance(GATEWAY_SILENCE_MS - 1);
    await features.reconciler.runOnce();
    expect(await stateOf(open)).toBe("open");
    features.clock.advance(1);
    await features.reconciler.runOnce();
    expect(await stateOf(open)).toBe("gateway_lost");
    await expect(connect(false)).rejects.toMatchObject({ code: "no_gateway" });
    expect(features.log.lines).toContainEqual(
      expect.objectContaining({ level: "error", message: "Gateway lost" }),
    );
  });

  test("and then speaks again, is chosen again, and lets go of what was given up", async () => {
    const open = await connect(true);
    features.clock.advance(GATEWAY_SILENCE_MS);
    await features.reconciler.runOnce();
    await calls.report({ gatewayId: GATEWAY, connections: [report(open)] });
    expect(gateway.revokedFor("gateway_lost")).toEqual([open]);
    expect(await stateOf(await connect(true))).toBe("open");
  });
});

describe("what gateways report", () => {
  test("opens what they opened without our hearing of it", async () => {
    const reserved = await connect(false);
    await calls.report({ gatewayId: GATEWAY, connections: [report(reserved)] });
    expect(await stateOf(reserved)).toBe("open");
  });

  test("ends what they no longer have, once it cannot be a report that crossed the opening", async () => {
    const open = await connect(true);
    await calls.report({ gatewayId: GATEWAY, connections: [] });
    expect(await stateOf(open)).toBe("open");
    features.clock.advance(2 * REPORT_INTERVAL_MS + 1);
    await calls.report({ gatewayId: GATEWAY, connections: [] });
    expect(await stateOf(open)).toBe("gateway_lost");
  });

  test("ends what never got through to the machine, with the reason, and its ticket is worth nothing", async () => {
    const reserved = await connect(false);
    const closed = {
      gatewayId: GATEWAY,
      report: report(reserved),
      reason: "target_unreachable",
      detail: "",
    } as const;
    await calls.connectionClosed(closed);
    expect(await stateOf(reserved)).toBe("target_unreachable");
    const [ticket] = await features.db.selectFrom("tickets").selectAll().execute();
    const reply = await calls.admit({ gatewayId: GATEWAY, ticketHash: ticket?.hash ?? "" });
    expect(reply).toEqual({ refused: "ticket_revoked" });
  });

  test("of another gateway's connection ends nothing", async () => {
    const open = await connect(true);
    const closed = { gatewayId: "g2", report: report(open), reason: "viewer_left", detail: "" } as const;
    await calls.connectionClosed(closed);
    expect(await stateOf(open)).toBe("open");
  });

  test("of a connection nobody knows makes the gateway drop it", async () => {
    const unknown = "00000000-0000-4000-8000-000000000000";
    await calls.report({ gatewayId: GATEWAY, connections: [report(unknown)] });
    expect(gateway.revokedFor("killed")).toEqual([unknown]);
  });
});

describe("the reconciler", () => {
  test("ends reservations that nobody used", async () => {
    const reserved = await connect(false);
    await pass(TICKET_LIFETIME_MS + OPENING_GRACE_MS, []);
    expect(await stateOf(reserved)).toBe("reserved");
    await pass(1, []);
    expect(await stateOf(reserved)).toBe("never_opened");
  });

  test(
    "releases a session eight hours after its last viewer left, and not while one is there",
    async () => {
      const open = await connect(true);
      await pass(RELEASE_AFTER_MS + 60_000, [open]);
      expect(await openSessions()).toBe(1);
      await calls.connectionClosed({
        gatewayId: GATEWAY,
        report: report(open),
        reason: "viewer_left",
        detail: "",
      });
      await pass(RELEASE_AFTER_MS, []);
      expect(await openSessions()).toBe(1);
      await pass(1, []);
      expect(await openSessions()).toBe(0);
    },
    LONG_MS,
  );

  test("takes away what a right was removed from while nobody looked", async () => {
    const open = await connect(true);
    await features.db.deleteFrom("entitlements").execute();
    await features.reconciler.runOnce();
    expect(await stateOf(open)).toBe("access_removed");
    expect(gateway.revokedFor("access_removed")).toEqual([open]);
  });

  test(
    "deletes what is over, and keeps what is not",
    async () => {
      const open = await connect(true);
      const { signIn } = features.services;
      const origin = { address: "192.0.2.9", userAgent: "", previousToken: undefined };
      await expect(signIn.withLink("wrong", origin)).rejects.toThrow();
      const count = async (table: "tickets" | "signInLinks" | "throttles" | "signIns" | "connections") =>
        (await features.db.selectFrom(table).selectAll().execute()).length;
      const tables = ["tickets", "signInLinks", "throttles", "signIns", "connections"] as const;
      expect(await Promise.all(tables.map(count))).toEqual([1, 1, 1, 1, 1]);
      await pass(25 * 60 * 60_000, [open]);
      expect(await Promise.all(tables.map(count))).toEqual([0, 0, 0, 0, 1]);
      await calls.connectionClosed({
        gatewayId: GATEWAY,
        report: report(open),
        reason: "viewer_left",
        detail: "",
      });
      features.clock.advance(91 * 24 * 60 * 60_000);
      await features.reconciler.runOnce();
      expect(await count("connections")).toBe(0);
    },
    LONG_MS,
  );

  test("goes on where one of its steps fails", async () => {
    const open = await connect(true);
    features.clock.advance(GATEWAY_SILENCE_MS);
    await features.db.schema.dropTable("entitlements").execute();
    await features.reconciler.runOnce();
    expect(await stateOf(open)).toBe("gateway_lost");
    const failed = features.log.lines.filter(({ message }) => message === "Reconciling failed");
    expect(failed).toMatchObject([
      { level: "error", fields: { detail: "removed rights" } },
      { level: "error", fields: { detail: "closing windows" } },
      { level: "error", fields: { detail: "closed windows" } },
    ]);
  });
});

async function listOpenSessions() {
  const request = {
    limit: 10,
    sort: "startedAt",
    isDescending: true,
    after: undefined,
    search: undefined,
  } as const;
  return (await features.services.sessions.list(request, { state: "live" })).items;
}
