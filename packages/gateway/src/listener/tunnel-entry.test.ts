/** What must be refused at the tunnel's door: with its code, a line in the log, and nothing dialled. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:https";
import { createServer, type Server } from "node:net";
import { connect as connectTls } from "node:tls";
import { SILENT_METER, TICKET_SUBPROTOCOL_PREFIX } from "@deskgate/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type WebSocket from "ws";
import { type GatewayUnderTest, makeAdmission, portOf, startGateway } from "../testing.ts";

const SOME_TICKET = "a".repeat(26);

let rig: GatewayUnderTest;
let machine: Server;
let dialled = 0;
const counted: string[] = [];

beforeAll(async () => {
  rig = await startGateway({
    meter: { ...SILENT_METER, tunnelRefused: (code) => void counted.push(code) },
    admit: async ({ ticketHash }) =>
      ticketHash.startsWith("00") ? { admission: makeAdmission({}) } : { refused: "ticket_unknown" },
  });
  machine = createServer((socket) => {
    dialled += 1;
    socket.on("error", () => {});
    socket.write("RFB 003.008\n");
  });
  await once(machine.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  machine.close();
  await rig.close();
});
beforeEach(() => {
  dialled = 0;
  rig.log.lines.length = 0;
});

/** Status and error code with which a tunnel is refused. */
async function refusalOf(socket: WebSocket): Promise<{ status: number | undefined; code: string }> {
  const [, response] = (await once(socket, "unexpected-response")) as [
    unknown,
    import("node:http").IncomingMessage,
  ];
  const body = await textOf(response);
  const reply = JSON.parse(body) as { error: { code: string } };
  return { status: response.statusCode, code: reply.error.code };
}

async function textOf(response: import("node:http").IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += piece;
  return text;
}

/** An upgrade by hand, for requests that no client library sends. */
async function upgradeBy(options: {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
}): Promise<{ status: number | undefined; code: string }> {
  const { hostname, port } = new URL(rig.origin);
  const asked = request({
    hostname,
    port,
    path: options.path ?? "/tunnel",
    method: options.method ?? "GET",
    rejectUnauthorized: false,
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol": `binary, ${TICKET_SUBPROTOCOL_PREFIX}${SOME_TICKET}`,
      Origin: rig.origin,
      ...options.headers,
    },
  });
  asked.end();
  const [response] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  const reply = JSON.parse(await textOf(response)) as { error: { code: string } };
  return { status: response.statusCode, code: reply.error.code };
}

function expectLoggedRefusal(code: string): void {
  const line = rig.log.lines.find(({ fields }) => fields.code === code);
  expect(line?.level).toBe("warn");
  expect(line?.fields.viewerAddress).toContain("127.0.0.1");
}

describe("a ticket", () => {
  it("opens one tunnel and is refused when it is shown again", async () => {
    const { ticket } = await rig.reserve({ port: portOf(machine) });
    const first = rig.connect(ticket);
    await once(first, "open");
    expect(await refusalOf(rig.connect(ticket))).toEqual({ status: 403, code: "ticket_used" });
    expectLoggedRefusal("ticket_used");
    first.close();
    await once(first, "close");
    expect(await refusalOf(rig.connect(ticket))).toEqual({ status: 403, code: "ticket_used" });
    expect(dialled).toBe(1);
  });

  it("shown twenty times at once opens one tunnel", async () => {
    const { ticket } = await rig.reserve({ port: portOf(machine) });
    const tries = Array.from({ length: 20 }, () => rig.connect(ticket));
    const outcomes = await Promise.all(
      tries.map((socket) =>
        Promise.race([once(socket, "open").then(() => "open"), refusalOf(socket).then(({ code }) => code)]),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "open")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "ticket_used")).toHaveLength(19);
    for (const socket of tries) socket.terminate();
  });

  it("is refused after its time", async () => {
    const { ticket } = await rig.reserve({ port: portOf(machine) }, { expiresInMs: 0 });
    await new Promise((done) => setTimeout(done, 5));
    expect(await refusalOf(rig.connect(ticket))).toEqual({ status: 403, code: "ticket_expired" });
    expectLoggedRefusal("ticket_expired");
    expect(dialled).toBe(0);
  });

  it("is refused after its connection was revoked, before and after use", async () => {
    const waiting = await rig.reserve({ port: portOf(machine) });
    await rig.calls.revoke({ connectionIds: [waiting.connectionId], reason: "killed" });
    expect(await refusalOf(rig.connect(waiting.ticket))).toEqual({ status: 403, code: "ticket_revoked" });
    expectLoggedRefusal("ticket_revoked");
    expect(dialled).toBe(0);
  });

  it("that is refused is told to the broker for its audit, by its hash alone", async () => {
    const ticket = "b".repeat(26);
    await refusalOf(rig.connect(ticket));
    expect(counted.at(-1)).toBe("ticket_unknown");
    const told = rig.told.findLast(({ name }) => name === "tunnelsRefused")?.request;
    const ticketHash = createHash("sha256").update(ticket).digest("hex");
    expect(told).toMatchObject({
      refusals: [{ code: "ticket_unknown", viewerAddress: "127.0.0.1", ticketHash }],
      omitted: 0,
    });
    expect(JSON.stringify(told)).not.toContain(ticket);
  });

  it("that nobody knows is asked of the broker and refused", async () => {
    expect(await refusalOf(rig.connect(SOME_TICKET))).toEqual({ status: 403, code: "ticket_unknown" });
    expect(rig.told.filter(({ name }) => name === "admit")).not.toHaveLength(0);
  });

  it.each(["A".repeat(26), "a".repeat(25), "a".repeat(27), "../etc/passwd", "0".repeat(26)])(
    "of the wrong shape (%s) never reaches the broker",
    async (ticket) => {
      const asked = () => rig.told.filter(({ name }) => name === "admit").length;
      const before = asked();
      expect(
        (
          await upgradeBy({
            headers: { "Sec-WebSocket-Protocol": `binary, ${TICKET_SUBPROTOCOL_PREFIX}${ticket}` },
          })
        ).code,
      ).toBe("ticket_unknown");
      expect(asked()).toBe(before);
    },
  );

  it("is in no line of the log, used or refused", async () => {
    const { ticket } = await rig.reserve({ port: portOf(machine) });
    const socket = rig.connect(ticket);
    await once(socket, "open");
    await refusalOf(rig.connect(ticket));
    socket.close();
    await once(socket, "close");
    expect(JSON.stringify(rig.log.lines)).not.toContain(ticket);
  });
});

describe("an upgrade", () => {
  it("from another site's page is refused", async () => {
    const { ticket } = await rig.reserve({ port: portOf(machine) });
    expect(await refusalOf(rig.connect(ticket, "https://evil.example"))).toEqual({
      status: 403,
      code: "origin_foreign",
    });
    expectLoggedRefusal("origin_foreign");
    expect((await upgradeBy({ headers: { Origin: "null" } })).code).toBe("origin_foreign");
    expect((await upgradeBy({ headers: { Origin: `${rig.origin}.evil.example` } })).code).toBe(
      "origin_foreign",
    );
    expect((await upgradeBy({ headers: { Origin: rig.origin.replace("https", "http") } })).code).toBe(
      "origin_foreign",
    );
    expect(dialled).toBe(0);
  });

  it("without an origin is refused", async () => {
    const socket = connectRaw(
      "GET /tunnel HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    expect(await socket).toMatch(/^HTTP\/1\.1 403 [\s\S]*origin_foreign/);
  });

  it("without a ticket is refused, also with a cookie", async () => {
    expect(
      await upgradeBy({ headers: { "Sec-WebSocket-Protocol": "binary", Cookie: "__Host-deskgate=abc" } }),
    ).toEqual({ status: 401, code: "ticket_missing" });
    expectLoggedRefusal("ticket_missing");
    expect((await upgradeBy({ headers: { "Sec-WebSocket-Protocol": "" } })).code).toBe("ticket_missing");
  });

  it("with two tickets is refused", async () => {
    const two = `binary, ${TICKET_SUBPROTOCOL_PREFIX}${SOME_TICKET}, ${TICKET_SUBPROTOCOL_PREFIX}${"b".repeat(26)}`;
    expect((await upgradeBy({ headers: { "Sec-WebSocket-Protocol": two } })).code).toBe("ticket_missing");
  });

  it.each([
    "/tunnel?host=10.0.0.1&port=5900",
    "/tunnel?",
    "/tunnel/10.0.0.1/5900",
    "/tunnel/10.0.0.1:22",
    "/tunnel?token=10.0.0.1:5900",
  ])("that names a destination (%s) is refused", async (path) => {
    const { ticket } = await rig.reserve({ port: portOf(machine) });
    const headers = { "Sec-WebSocket-Protocol": `binary, ${TICKET_SUBPROTOCOL_PREFIX}${ticket}` };
    expect(await upgradeBy({ path, headers })).toEqual({ status: 400, code: "destination_not_accepted" });
    expectLoggedRefusal("destination_not_accepted");
    expect(dialled).toBe(0);
  });

  it.each(["/", "/websockify", "/api/v1/sessions"])("at another path (%s) is refused", async (path) => {
    expect((await upgradeBy({ path })).code).toBe("not_found");
  });

  it("of another version, or with a key of the wrong shape, is refused", async () => {
    expect((await upgradeBy({ headers: { "Sec-WebSocket-Version": "8" } })).code).toBe("upgrade_malformed");
    expect((await upgradeBy({ headers: { "Sec-WebSocket-Key": "short" } })).code).toBe("upgrade_malformed");
    expect((await upgradeBy({ headers: { Upgrade: "h2c" } })).code).toBe("upgrade_malformed");
    expect((await upgradeBy({ method: "POST" })).code).toBe("upgrade_malformed");
  });
});

describe("a request that treats the gateway as a proxy", () => {
  it("by CONNECT is refused", async () => {
    expect(await connectRaw("CONNECT 10.0.0.1:5900 HTTP/1.1\r\nHost: 10.0.0.1:5900\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 405 [\s\S]*method_not_allowed/,
    );
    expectLoggedRefusal("method_not_allowed");
  });

  it("by an absolute target is refused", async () => {
    expect(await connectRaw("GET http://10.0.0.1/ HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*request_malformed/,
    );
  });
});

describe("the broker's silence", () => {
  it("is a refusal of its own, not an admission", async () => {
    const silent = await startGateway({ admit: () => Promise.reject(new Error("database is away")) });
    expect(await refusalOf(silent.connect(SOME_TICKET))).toEqual({ status: 503, code: "link_unavailable" });
    const line = silent.log.lines.find(({ fields }) => fields.code === "link_unavailable");
    expect(line?.fields.cause).toBeInstanceOf(Error);
    await silent.close();
  });
});

/** Sends text over TLS and returns all that comes back. */
function connectRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(rig.origin);
  return new Promise((done, fail) => {
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () =>
      socket.write(text),
    );
    let all = "";
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => {
      all += piece;
    });
    socket.on("end", () => socket.end());
    socket.on("close", () => done(all));
    socket.on("error", fail);
  });
}
