import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  furnish,
  GATEWAY_ID,
  openTestBroker,
  signIn,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
});
afterEach(() => broker.close());

interface Opened {
  readonly connectionId: string;
  readonly sessionId: string;
  readonly ticket: string;
}

/** One connection with an open tunnel and one whose ticket was not used yet. */
async function openTwo(browser: TestBrowser = room.browser): Promise<readonly [Opened, Opened]> {
  const connect = () => browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
  const [open, reserved] = [(await connect()).body, (await connect()).body];
  const fields = { gatewayId: GATEWAY_ID, connectionId: open.connectionId, viewerAddress: "192.0.2.99" };
  await broker.broker.calls.connectionOpened(fields);
  return [open, reserved];
}

function admit({ ticket }: Opened) {
  const ticketHash = createHash("sha256").update(ticket).digest("hex");
  return broker.broker.calls.admit({ gatewayId: GATEWAY_ID, ticketHash });
}

async function sessions(state: "live" | "ended") {
  return (await room.admin.api("GET", `/sessions?state=${state}`)).body.items;
}

async function expectRevoked(
  opened: readonly Opened[],
  reason: "killed" | "signed_out" | "access_removed" | "taken_over",
) {
  const ids = opened.map(({ connectionId }) => connectionId);
  expect(broker.gateway.revokedFor(reason).toSorted()).toEqual(ids.toSorted());
  for (const one of opened) expect(await admit(one)).toEqual({ refused: "ticket_revoked" });
  for (const id of ids)
    expect((await room.admin.api("GET", `/connections/${id}`)).body).toMatchObject({
      state: "ended",
      endReason: reason,
    });
}

describe("a person who comes by another window or sign-in", () => {
  const speaking = (protocol: "vnc" | "ssh" | "rdp" | "spice") =>
    room.admin.api("PATCH", `/machines/${room.machine.id}`, { protocols: [{ protocol, port: 4000 }] });
  const come = async (browser: TestBrowser): Promise<Opened> =>
    (await browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {})).body;

  test.each(["rdp", "spice"] as const)(
    "takes a desktop by %s over, and keeps the session",
    async (protocol) => {
      await speaking(protocol);
      const first = await come(room.browser);
      const fields = { gatewayId: GATEWAY_ID, connectionId: first.connectionId, viewerAddress: "192.0.2.99" };
      await broker.broker.calls.connectionOpened(fields);
      const second = await come(await signIn(broker, "ada"));
      expect(second.sessionId).toBe(first.sessionId);
      await expectRevoked([first], "taken_over");
      expect(await admit(second)).toMatchObject({ admission: { protocol } });
      expect(await sessions("live")).toMatchObject([{ id: first.sessionId }]);
    },
  );

  test.each(["vnc", "ssh"] as const)("looks at a desktop by %s a second time", async (protocol) => {
    await speaking(protocol);
    const [first, second] = [await come(room.browser), await come(await signIn(broker, "ada"))];
    expect(broker.gateway.revokedFor("taken_over")).toEqual([]);
    for (const one of [first, second]) expect(await admit(one)).toMatchObject({ admission: { protocol } });
  });

  test("by another protocol, or another person, takes nothing over", async () => {
    const protocols = [
      { protocol: "rdp", port: 3389 },
      { protocol: "ssh", port: 22 },
    ];
    await room.admin.api("PATCH", `/machines/${room.machine.id}`, { protocols });
    await come(room.browser);
    await room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, { protocol: "ssh" });
    const { id: userId } = (await room.admin.api("GET", "/me")).body;
    await room.admin.api("POST", "/entitlements", { poolId: room.machine.poolId, userId });
    await come(room.admin);
    expect(broker.gateway.revokedFor("taken_over")).toEqual([]);
  });
});

describe("killing a session", () => {
  test("closes what is open, burns what is not, and ends the session", async () => {
    const both = await openTwo();
    expect((await room.admin.api("DELETE", `/sessions/${both[0].sessionId}`)).status).toBe(204);
    await expectRevoked(both, "killed");
    expect(await sessions("live")).toEqual([]);
    expect(await sessions("ended")).toMatchObject([{ id: both[0].sessionId, endReason: "killed" }]);
  });

  test("has burnt the tickets before a gateway hears of it", async () => {
    const both = await openTwo();
    let seen: unknown;
    broker.gateway.onRevoke = async () => {
      seen = await admit(both[1]);
    };
    await room.admin.api("DELETE", `/sessions/${both[0].sessionId}`);
    expect(seen).toEqual({ refused: "ticket_revoked" });
  });

  test("beats a viewer that opened at the same moment: the gateway is told to let go again", async () => {
    const [, reserved] = await openTwo();
    await room.admin.api("DELETE", `/sessions/${reserved.sessionId}`);
    broker.gateway.revoked.length = 0;
    const fields = {
      gatewayId: GATEWAY_ID,
      connectionId: reserved.connectionId,
      viewerAddress: "192.0.2.99",
    };
    await broker.broker.calls.connectionOpened(fields);
    expect(broker.gateway.revokedFor("killed")).toEqual([reserved.connectionId]);
    const connection = await room.admin.api("GET", `/connections/${reserved.connectionId}`);
    expect(connection.body.state).toBe("ended");
  });

  test("keeps its reason when the gateway later reports the end", async () => {
    const [open] = await openTwo();
    await room.admin.api("DELETE", `/sessions/${open.sessionId}`);
    const report = { connectionId: open.connectionId, bytesToViewer: 9, bytesToTarget: 8, idleMs: 0 };
    const closed = { gatewayId: GATEWAY_ID, report, reason: "viewer_lost", detail: "" } as const;
    await broker.broker.calls.connectionClosed(closed);
    const { body } = await room.admin.api("GET", `/connections/${open.connectionId}`);
    expect(body).toMatchObject({ endReason: "killed", bytesToViewer: 9 });
  });

  test("of a gateway that does not answer is done in the database, and is an error in the log", async () => {
    const [open] = await openTwo();
    broker.gateway.onRevoke = async () => {
      throw new Error("gone");
    };
    expect((await room.admin.api("DELETE", `/sessions/${open.sessionId}`)).status).toBe(204);
    expect(await sessions("live")).toEqual([]);
    const line = broker.log.lines.find(({ level }) => level === "error");
    expect(line).toMatchObject({
      message: "Gateway did not withdraw connections",
      fields: { gatewayId: GATEWAY_ID },
    });
  });

  test("twice, or one that never was, is not found", async () => {
    const [open] = await openTwo();
    await room.admin.api("DELETE", `/sessions/${open.sessionId}`);
    expect((await room.admin.api("DELETE", `/sessions/${open.sessionId}`)).status).toBe(404);
  });

  test("lets the person start a new session at once", async () => {
    const [open] = await openTwo();
    await room.admin.api("DELETE", `/sessions/${open.sessionId}`);
    const again = await room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
    expect(again.body.sessionId).not.toBe(open.sessionId);
  });
});

describe("signing out", () => {
  test("disconnects what was opened from that sign-in, and keeps the session for later", async () => {
    const both = await openTwo();
    await room.browser.api("POST", "/sign-out");
    await expectRevoked(both, "signed_out");
    expect(await sessions("live")).toMatchObject([{ id: both[0].sessionId }]);
    const again = await signIn(broker, "ada");
    const { body } = await again.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
    expect(body.sessionId).toBe(both[0].sessionId);
  });

  test("leaves alone what another window of the same person opened", async () => {
    const here = await openTwo();
    const there = await openTwo(await signIn(broker, "ada"));
    await room.browser.api("POST", "/sign-out");
    await expectRevoked(here, "signed_out");
    const { body } = await room.admin.api("GET", `/connections/${there[0].connectionId}`);
    expect(body.state).toBe("open");
  });

  test("a changed password signs the others out", async () => {
    const there = await openTwo(await signIn(broker, "ada"));
    const here = await openTwo();
    await room.browser.api("PUT", "/me/password", { newPassword: "a long new password" });
    await expectRevoked(there, "signed_out");
    expect((await room.admin.api("GET", `/connections/${here[0].connectionId}`)).body.state).toBe("open");
  });

  test("signing in again in the same browser keeps the desktop open, and it ends with the new sign-in", async () => {
    const both = await openTwo();
    const { path } = await broker.broker.setup.createSignInLink("ada", 60_000);
    await room.browser.api("POST", "/sign-in/link", { secret: path.split("#")[1] });
    expect((await room.admin.api("GET", `/connections/${both[0].connectionId}`)).body.state).toBe("open");
    await room.browser.api("POST", "/sign-out");
    await expectRevoked(both, "signed_out");
  });
});

describe("access that goes away", () => {
  const ways: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["the entitlement is removed", () => room.admin.api("DELETE", `/entitlements/${room.entitlement.id}`)],
    ["the machine is removed", () => room.admin.api("DELETE", `/machines/${room.machine.id}`)],
    ["the user is disabled", () => room.admin.api("PATCH", `/users/${room.ada.id}`, { isDisabled: true })],
  ];
  test.each(ways)("because %s closes and burns at once", async (_, remove) => {
    const both = await openTwo();
    await remove();
    await expectRevoked(both, "access_removed");
    expect(await sessions("live")).toEqual([]);
    expect(await sessions("ended")).toMatchObject([{ machineName: "Desk one", endReason: "access_removed" }]);
  });

  test("a disabled user is signed out too, and comes in again once enabled", async () => {
    await room.admin.api("PATCH", `/users/${room.ada.id}`, { isDisabled: true });
    expect((await room.browser.api("GET", "/me")).status).toBe(401);
    await room.admin.api("PATCH", `/users/${room.ada.id}`, { isDisabled: false });
    expect((await room.browser.api("GET", "/me")).status).toBe(401);
    expect((await (await signIn(broker, "ada")).api("GET", "/me")).status).toBe(200);
  });

  test("a removed user leaves nothing behind, and nothing open", async () => {
    const both = await openTwo();
    expect((await room.admin.api("DELETE", `/users/${room.ada.id}`)).status).toBe(204);
    const ids = both.map(({ connectionId }) => connectionId);
    expect(broker.gateway.revokedFor("access_removed").toSorted()).toEqual(ids.toSorted());
    expect(await admit(both[1])).toEqual({ refused: "ticket_unknown" });
    expect((await room.browser.api("GET", "/me")).status).toBe(401);
    expect((await room.admin.api("GET", "/entitlements")).body.items).toEqual([]);
  });

  describe("through a group", () => {
    let groupId: string;
    beforeEach(async () => {
      const fields = { name: "Team", memberIds: [room.ada.id] };
      groupId = (await room.admin.api("POST", "/groups", fields)).body.id;
      await room.admin.api("POST", "/entitlements", { poolId: room.machine.poolId, groupId });
      await room.admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    });
    const groupWays: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["the group is removed", () => room.admin.api("DELETE", `/groups/${groupId}`)],
      ["the member leaves the group", () => room.admin.api("PATCH", `/groups/${groupId}`, { memberIds: [] })],
      [
        "the user is taken out of it",
        () => room.admin.api("PATCH", `/users/${room.ada.id}`, { groupIds: [] }),
      ],
    ];
    test.each(groupWays)("because %s", async (_, remove) => {
      const both = await openTwo();
      expect(broker.gateway.revoked).toEqual([]);
      await remove();
      await expectRevoked(both, "access_removed");
    });

    test("one of two ways to a desktop may go, and nothing ends", async () => {
      const fields = { poolId: room.machine.poolId, userId: room.ada.id };
      await room.admin.api("POST", "/entitlements", fields);
      await openTwo();
      await room.admin.api("DELETE", `/groups/${groupId}`);
      expect(broker.gateway.revoked).toEqual([]);
      expect(await sessions("live")).toHaveLength(1);
    });
  });
});
