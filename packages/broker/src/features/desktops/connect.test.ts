import { createHash } from "node:crypto";
import { type Admission, OPEN_POLICY, TICKET_LIFETIME_MS, ticketSchema } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  furnish,
  GATEWAY_ID,
  machineFields,
  openTestBroker,
  signIn,
  type TestBroker,
} from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
});
afterEach(() => broker.close());

function connect(browser = room.browser, poolId: string = room.machine.poolId) {
  return browser.api("POST", `/desktops/${poolId}/connections`, {});
}

function hashOf(ticket: string): string {
  return createHash("sha256").update(ticket).digest("hex");
}

function admit(ticket: string, gatewayId = GATEWAY_ID) {
  return broker.broker.calls.admit({ gatewayId, ticketHash: hashOf(ticket) });
}

describe("the launchpad", () => {
  test("shows what a person may use, and nothing else", async () => {
    const other = (await room.admin.api("POST", "/machines", machineFields("Desk two"))).body;
    const { body } = await room.browser.api("GET", "/desktops");
    expect(body.items).toEqual([
      {
        ...{ id: room.machine.poolId, name: "Desk one", description: "", protocols: ["vnc"] },
        ...{ state: "available", openConnections: 0, lastUsedAt: null, lastProtocol: null },
        ...{ poolKind: "machine", machineState: "unknown", refusal: null, isFavourite: false },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain(other.poolId);
    expect(JSON.stringify(body)).not.toContain("192.0.2");
    expect((await room.admin.api("GET", "/desktops")).body.items).toEqual([]);
  });

  test("shows a desktop once, however often one is entitled to it", async () => {
    const group = (await room.admin.api("POST", "/groups", { name: "Team", memberIds: [room.ada.id] })).body;
    await room.admin.api("POST", "/entitlements", { poolId: room.machine.poolId, groupId: group.id });
    expect((await room.browser.api("GET", "/desktops")).body.items).toHaveLength(1);
  });

  test("shows what one is entitled to through a group alone", async () => {
    const group = (await room.admin.api("POST", "/groups", { name: "Team", memberIds: [room.ada.id] })).body;
    await room.admin.api("POST", "/entitlements", { poolId: room.machine.poolId, groupId: group.id });
    await room.admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    expect((await room.browser.api("GET", "/desktops")).body.items).toHaveLength(1);
    expect((await connect()).status).toBe(201);
  });

  test("counts open viewers and remembers the last use", async () => {
    const { body } = await connect();
    await broker.broker.calls.connectionOpened({ ...opened(body), viewerAddress: "192.0.2.99" });
    const [desktop] = (await room.browser.api("GET", "/desktops")).body.items;
    expect(desktop).toMatchObject({
      state: "in-session",
      openConnections: 1,
      lastUsedAt: expect.any(String),
    });
  });
});

function opened({ connectionId }: { readonly connectionId: string }) {
  return { gatewayId: GATEWAY_ID, connectionId, viewerAddress: "192.0.2.99" };
}

describe("connecting", () => {
  test("gives a ticket that the gateway already waits for, with the machine's password for the gateway alone", async () => {
    const { status, body } = await connect();
    expect(status).toBe(201);
    expect(body).toMatchObject({ desktopName: "Desk one", protocol: "vnc", tunnelPath: "/tunnel" });
    ticketSchema.parse(body.ticket);
    const [reservation] = broker.gateway.reservations;
    expect(reservation).toMatchObject({ ticketHash: hashOf(body.ticket), expiresInMs: TICKET_LIFETIME_MS });
    expect(reservation?.admission).toEqual({
      ...{ connectionId: body.connectionId, sessionId: body.sessionId, userId: room.ada.id },
      ...{ machineId: room.machine.id, protocol: "vnc", uses: "once" },
      target: { host: "192.0.2.10", port: 5901, isDeclaredLocal: false },
      credentialMode: "stored",
      credential: { password: "s3cret-pw" },
      limits: { idleMs: 0, absoluteMs: 0, bytesPerSecond: 0 },
      policy: OPEN_POLICY,
    } satisfies Admission);
    expect(JSON.stringify(body)).not.toContain("s3cret-pw");
  });

  test("again takes up the open session", async () => {
    const [one, two] = [(await connect()).body, (await connect()).body];
    expect(two.sessionId).toBe(one.sessionId);
    expect(two.connectionId).not.toBe(one.connectionId);
    expect(two.ticket).not.toBe(one.ticket);
  });

  test("twenty times at once makes one session", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => connect()));
    expect(new Set(answers.map(({ body }) => body.sessionId)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.ticket)).size).toBe(20);
  });

  test("to what one is not entitled to is like connecting to nothing", async () => {
    const other = (await room.admin.api("POST", "/machines", machineFields("Desk two"))).body;
    const [foreign, nothing] = [
      await connect(room.browser, other.poolId),
      await connect(room.browser, "00000000-0000-4000-8000-000000000000"),
    ];
    expect([foreign.status, foreign.body.error.code, foreign.body.error.message]).toEqual([
      ...[nothing.status, nothing.body.error.code, nothing.body.error.message],
    ]);
    expect(foreign.status).toBe(404);
    expect((await connect(room.admin)).status).toBe(404);
    expect(broker.gateway.reservations).toEqual([]);
  });

  test("chooses nothing that the client names", async () => {
    const path = `/desktops/${room.machine.poolId}/connections`;
    expect((await room.browser.api("POST", path, { host: "127.0.0.1" })).body.error.code).toBe(
      "validation_failed",
    );
  });

  test("without a gateway is refused, and leaves no session", async () => {
    const alone = await openTestBroker();
    const there = await furnish(alone);
    alone.clock.advance(60_000);
    const answer = await there.browser.api("POST", `/desktops/${there.machine.poolId}/connections`, {});
    expect([answer.status, answer.body.error.code]).toEqual([503, "no_gateway"]);
    expect((await there.admin.api("GET", "/sessions")).body.items).toEqual([]);
    await alone.close();
  });

  test("ends the connection where the gateway does not take the reservation", async () => {
    broker.gateway.onReserve = async () => {
      throw new Error("full");
    };
    expect((await connect()).body.error.code).toBe("no_gateway");
    expect((await room.admin.api("GET", "/sessions")).body.items).toEqual([]);
    const [session] = (await room.admin.api("GET", "/sessions?state=ended")).body.items;
    expect(session).toMatchObject({ endReason: "never_opened" });
    expect(session.connections).toMatchObject([{ state: "ended", endReason: "never_opened" }]);
  });

  test("is undone by a kill that comes between ticket and reservation", async () => {
    broker.gateway.onReserve = async ({ admission }) => {
      await room.admin.api("DELETE", `/sessions/${admission.sessionId}`);
    };
    expect((await connect()).status).toBe(404);
    const [reservation] = broker.gateway.reservations;
    const { connectionId = "" } = reservation?.admission ?? {};
    // Once by the kill, which was too early for the gateway, and once after the reservation.
    expect(broker.gateway.revokedFor("killed")).toEqual([connectionId, connectionId]);
  });

  test("never writes a ticket to the log or the database", async () => {
    const { body } = await connect();
    expect(JSON.stringify(broker.log.lines)).not.toContain(body.ticket);
    expect(JSON.stringify(broker.log.lines)).not.toContain("s3cret-pw");
  });
});

describe("a ticket that is shown where no reservation is", () => {
  test("is redeemed once, by twenty at once", async () => {
    const { body } = await connect();
    const replies = await Promise.all(Array.from({ length: 20 }, () => admit(body.ticket)));
    const admitted = replies.flatMap((reply) => ("admission" in reply ? [reply.admission] : []));
    expect(admitted).toHaveLength(1);
    expect(admitted[0]).toEqual(broker.gateway.reservations[0]?.admission);
    expect(replies.filter((reply) => "refused" in reply && reply.refused === "ticket_used")).toHaveLength(19);
  });

  test("is refused when it is unknown, too old, or was used through its reservation", async () => {
    expect(await admit("a".repeat(26))).toEqual({ refused: "ticket_unknown" });
    const [used, old] = [(await connect()).body, (await connect()).body];
    await broker.broker.calls.connectionOpened(opened(used));
    expect(await admit(used.ticket)).toEqual({ refused: "ticket_used" });
    broker.clock.advance(TICKET_LIFETIME_MS);
    expect(await admit(old.ticket)).toEqual({ refused: "ticket_expired" });
  });

  test("is refused once its user may no longer have the desktop", async () => {
    const { body } = await connect();
    await room.admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    expect(await admit(body.ticket)).toEqual({ refused: "ticket_revoked" });
  });

  test("leads to the machine's address and password as they are now", async () => {
    const { body } = await connect();
    const protocols = [{ protocol: "vnc", port: 5999, password: "newer" }];
    await room.admin.api("PATCH", `/machines/${room.machine.id}`, { host: "192.0.2.77", protocols });
    const reply = await admit(body.ticket);
    expect(reply).toMatchObject({
      admission: { target: { host: "192.0.2.77", port: 5999 }, credential: { password: "newer" } },
    });
  });

  test("opens at one gateway: a second that claims the connection has to let it go", async () => {
    const { body } = await connect();
    const second = { ...broker.gateway.calls };
    const revoked: string[] = [];
    second.revoke = async ({ connectionIds }) => {
      revoked.push(...connectionIds);
      return { closed: 1 };
    };
    broker.broker.attachGateway("gateway-2", second);
    await broker.broker.calls.connectionOpened(opened(body));
    await broker.broker.calls.connectionOpened({ ...opened(body), gatewayId: "gateway-2" });
    expect(revoked).toEqual([body.connectionId]);
  });
});

describe("one's own connection", () => {
  test("shows the gateway's last numbers, and the reason it ended", async () => {
    const { body } = await connect();
    const { connectionId } = body;
    const { calls } = broker.broker;
    await calls.connectionOpened(opened(body));
    const numbers = { bytesToViewer: 1000, bytesToTarget: 50, idleMs: 12, viewerRoundTripMs: 7.5 };
    const report = { connectionId, ...numbers };
    await calls.report({ gatewayId: GATEWAY_ID, connections: [report] });
    const live = (await room.browser.api("GET", `/connections/${connectionId}`)).body;
    expect(live).toMatchObject({ id: connectionId, state: "open", viewerAddress: "192.0.2.99", ...numbers });
    const closed = { ...report, bytesToViewer: 2000 };
    await calls.connectionClosed({
      gatewayId: GATEWAY_ID,
      report: closed,
      reason: "target_lost",
      detail: "reset",
    });
    const over = (await room.browser.api("GET", `/connections/${connectionId}`)).body;
    expect(over).toMatchObject({
      state: "ended",
      endReason: "target_lost",
      bytesToViewer: 2000,
      idleMs: null,
    });
  });

  test("is shown to its owner and to administrators, and looks like nothing to others", async () => {
    const { connectionId } = (await connect()).body;
    await room.admin.api("POST", "/users", { name: "eve", displayName: "Eve" });
    const eve = await signIn(broker, "eve");
    expect((await eve.api("GET", `/connections/${connectionId}`)).status).toBe(404);
    expect((await room.admin.api("GET", `/connections/${connectionId}`)).status).toBe(200);
    expect((await eve.api("GET", "/connections/00000000-0000-4000-8000-000000000000")).status).toBe(404);
  });
});
