import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker } from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
});
afterEach(() => broker.close());

async function addPolicy(fields: object) {
  return (await room.admin.api("POST", "/policies", fields)).body;
}

function give(policyId: string | null, entitlementId: string = room.entitlement.id) {
  return room.admin.api("PATCH", `/entitlements/${entitlementId}`, { policyId });
}

function connect(protocol?: string) {
  const path = `/desktops/${room.machine.poolId}/connections`;
  return room.browser.api("POST", path, protocol ? { protocol } : {});
}

function explain(more = "", poolId: string = room.machine.poolId) {
  return room.admin.api("GET", `/explain/policy?userId=${room.ada.id}&poolId=${poolId}${more}`);
}

const SILENT = {
  ...{ clipboardToMachine: null, clipboardFromMachine: null, filesToMachine: null, filesFromMachine: null },
  ...{
    idleMs: null,
    absoluteMs: null,
    bytesPerSecond: null,
    maxSessions: null,
    protocols: null,
    record: null,
  },
};

describe("policies", () => {
  test("say only what was said, and are changed in what is named", async () => {
    const made = await addPolicy({ name: "Strict", clipboardToMachine: false, idleMs: 60_000 });
    expect(made).toEqual({
      ...SILENT,
      ...{ id: made.id, name: "Strict", clipboardToMachine: false, idleMs: 60_000 },
      version: 1,
      createdAt: expect.any(String),
    });
    const changed = await room.admin.api("PATCH", `/policies/${made.id}`, { idleMs: null, record: true });
    expect(changed.body).toEqual({ ...made, idleMs: null, record: true, version: 2 });
    expect((await room.admin.api("GET", "/policies")).body.items).toEqual([changed.body]);
  });

  test("are refused with names twice, values out of range, and fields of nobody", async () => {
    await addPolicy({ name: "Strict" });
    const codes = [];
    for (const body of [
      { name: "Strict" },
      { name: "x", idleMs: -1 },
      { name: "x", maxSessions: 0 },
      { name: "x", protocols: [] },
      { name: "x", protocols: ["telnet"] },
      { name: "x", version: 7 },
    ])
      codes.push((await room.admin.api("POST", "/policies", body)).body.error.code);
    expect(codes).toEqual(["name_taken", ...Array.from({ length: 5 }, () => "validation_failed")]);
  });

  test("that an entitlement names cannot be removed", async () => {
    const { id } = await addPolicy({ name: "Strict" });
    expect((await give(id)).body.policyId).toBe(id);
    expect((await room.admin.api("DELETE", `/policies/${id}`)).body.error.code).toBe("still_in_use");
    await give(null);
    expect((await room.admin.api("DELETE", `/policies/${id}`)).status).toBe(204);
    expect((await room.admin.api("DELETE", `/policies/${id}`)).status).toBe(404);
  });

  test("keep text as text", async () => {
    const name = `=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> "'; drop table policies; --`;
    const made = await addPolicy({ name });
    const answer = await room.admin.api("GET", "/policies");
    expect(answer.body.items[0].name).toBe(name);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(made.name).toBe(name);
  });
});

describe("the policy in force", () => {
  test("goes to the gateway with the ticket: limits, and what may pass", async () => {
    const says = {
      clipboardFromMachine: false,
      filesToMachine: false,
      idleMs: 60_000,
      bytesPerSecond: 1_000,
    };
    await give((await addPolicy({ name: "Strict", ...says })).id);
    const { policy } = (await connect()).body;
    const passes = {
      ...{ clipboardToMachine: true, clipboardFromMachine: false },
      ...{ filesToMachine: false, filesFromMachine: true },
    };
    expect(policy).toEqual(passes);
    expect(broker.gateway.reservations[0]?.admission).toMatchObject({
      policy: passes,
      limits: { idleMs: 60_000, absoluteMs: 0, bytesPerSecond: 1_000 },
    });
  });

  test("stays with a ticket that is shown where no reservation is", async () => {
    const { id } = await addPolicy({ name: "Strict", idleMs: 60_000 });
    await give(id);
    await connect();
    await room.admin.api("PATCH", `/policies/${id}`, { idleMs: 0 });
    const ticketHash = broker.gateway.reservations[0]?.ticketHash ?? "";
    const reply = await broker.broker.calls.admit({ gatewayId: "gateway-2", ticketHash });
    expect(reply).toMatchObject({ admission: { limits: { idleMs: 60_000 } } });
  });

  test("is the most generous of two entitlements, under the pool's own", async () => {
    const [strict, wide] = [
      await addPolicy({ name: "Strict", filesToMachine: false, idleMs: 60_000 }),
      await addPolicy({ name: "Wide", filesToMachine: true, idleMs: 0, clipboardToMachine: true }),
    ];
    await give(strict.id);
    // Entitlements of one moment have no order.
    broker.clock.advance(1);
    const group = (await room.admin.api("POST", "/groups", { name: "Team", memberIds: [room.ada.id] })).body;
    broker.clock.advance(1); // reasons come in the order in which entitlements were made
    const fields = { poolId: room.machine.poolId, groupId: group.id, policyId: wide.id };
    const second = (await room.admin.api("POST", "/entitlements", fields)).body;
    const ceiling = { idleMs: 300_000, clipboardToMachine: false };
    await room.admin.api("PUT", `/pools/${room.machine.poolId}/policy`, ceiling);
    await connect();
    expect(broker.gateway.reservations[0]?.admission).toMatchObject({
      policy: { filesToMachine: true, clipboardToMachine: false },
      limits: { idleMs: 300_000 },
    });
    const { effective, fields: why, refusal } = (await explain()).body;
    expect([refusal, effective]).toMatchObject([null, { filesToMachine: true, idleMs: 300_000 }]);
    expect(why.idleMs).toEqual({
      value: 300_000,
      because: [
        { source: "entitlement", id: room.entitlement.id, name: "Strict", said: 60_000 },
        { source: "entitlement", id: second.id, name: "Wide", said: 0 },
        { source: "pool", id: room.machine.poolId, name: "Desk one", said: 300_000 },
      ],
    });
    expect(why.record).toEqual({
      value: false,
      because: [{ source: "default", id: "", name: "", said: false }],
    });
  });

  test("offers only the protocols it allows, and refuses the others", async () => {
    const protocols = [
      { protocol: "vnc", port: 5901 },
      { protocol: "ssh", port: 22 },
    ];
    await room.admin.api("PATCH", `/machines/${room.machine.id}`, { protocols });
    const { id } = await addPolicy({ name: "Picture only", protocols: ["vnc"] });
    await give(id);
    expect((await room.browser.api("GET", "/desktops")).body.items[0].protocols).toEqual(["vnc"]);
    const refused = await connect("ssh");
    expect([refused.status, refused.body.error.code]).toEqual([403, "protocol_not_allowed"]);
    // The policy is asked before the machine.
    expect((await connect("rdp")).body.error.code).toBe("protocol_not_allowed");
    expect((await connect()).body.protocol).toBe("vnc");
    await room.admin.api("PATCH", `/policies/${id}`, { protocols: ["rdp"] });
    expect((await connect()).body.error.code).toBe("protocol_not_allowed");
  });

  test("counts a person's sessions on all pools, and lets them back into what they have", async () => {
    const { id } = await addPolicy({ name: "One at a time", maxSessions: 1 });
    const other = await room.admin.api("POST", "/machines", {
      ...{ name: "Desk two", host: "192.0.2.11" },
      protocols: [{ protocol: "vnc", port: 5901 }],
    });
    const fields = { poolId: other.body.poolId, userId: room.ada.id, policyId: id };
    await room.admin.api("POST", "/entitlements", fields);
    const { sessionId } = (await connect()).body;
    const path = `/desktops/${other.body.poolId}/connections`;
    const refused = await room.browser.api("POST", path, {});
    expect([refused.status, refused.body.error.code]).toEqual([409, "session_limit_reached"]);
    await give(id);
    expect((await connect()).body.sessionId).toBe(sessionId);
    await room.admin.api("DELETE", `/sessions/${sessionId}`);
    expect((await room.browser.api("POST", path, {})).status).toBe(201);
  });

  test("is explained for who exists and what exists, and says why one would be refused", async () => {
    const nothing = "00000000-0000-4000-8000-000000000000";
    expect((await explain("", nothing)).status).toBe(404);
    expect((await explain("&at=1")).body.error.code).toBe("query_invalid");
    await room.admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    expect((await explain()).body.refusal).toBe("desktop_not_entitled");
  });
});
