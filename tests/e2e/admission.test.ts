/** Tickets across both planes: what a person's rights were when they asked is not enough, they must still have them. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:net";
import { ROUTES, TICKET_SUBPROTOCOL_PREFIX } from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { type ApiClient, ApiFailure } from "../testbed/api-client.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { freePort } from "../testbed/peer.ts";

let server: RunningDeskgate;
let administrator: ApiClient;
let machine: Server;
let machinePort: number;
let dialled = 0;

beforeAll(async () => {
  machinePort = await freePort();
  machine = createServer((socket) => {
    dialled += 1;
    socket.on("error", () => {});
    socket.write("RFB 003.008\n");
  });
  await once(machine.listen(machinePort, "127.0.0.1"), "listening");
  server = await startDeskgate({ args: ["--no-demo"] });
  administrator = await server.signIn();
});
afterAll(async () => {
  machine?.close();
  await server?.stop();
});

let count = 0;
/** A user of their own with a machine of their own, for each test. */
async function person() {
  count += 1;
  const { id, client } = await administrator.addUser(`person${count}`);
  const poolId = await administrator.addMachine({ name: `Machine ${count}`, port: machinePort, userId: id });
  dialled = 0;
  return { id, client, poolId };
}

async function ticketOf(
  client: ApiClient,
  poolId: string,
): Promise<{ ticket: string; sessionId: string; connectionId: string }> {
  return client.call(ROUTES.connectDesktop, { id: poolId, body: {} });
}

function tunnel(ticket: string): WebSocket {
  return new WebSocket(
    `${server.site.replace("https", "wss")}/tunnel`,
    ["binary", `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`],
    { origin: server.site, rejectUnauthorized: false },
  );
}

/** The error code with which a tunnel is refused. */
async function refusal(socket: WebSocket): Promise<string> {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += piece;
  return (JSON.parse(text) as { error: { code: string } }).error.code;
}

async function closing(socket: WebSocket): Promise<string> {
  const [, reason] = (await once(socket, "close")) as [number, Buffer];
  return reason.toString();
}

async function openTunnel(ticket: string): Promise<WebSocket> {
  const socket = tunnel(ticket);
  await once(socket, "message");
  return socket;
}

describe("a ticket", () => {
  it("opens the desktop once, and is refused when it is replayed", async () => {
    const { client, poolId } = await person();
    const { ticket } = await ticketOf(client, poolId);
    const first = await openTunnel(ticket);
    expect(await refusal(tunnel(ticket))).toBe("ticket_used");
    first.close();
    expect(dialled).toBe(1);
  });

  it("is refused after its user signed out, and the open desktop is disconnected", async () => {
    const { client, poolId } = await person();
    const open = await openTunnel((await ticketOf(client, poolId)).ticket);
    const { ticket } = await ticketOf(client, poolId);
    const ended = closing(open);
    await client.call(ROUTES.signOut);
    expect(await ended).toBe("signed_out");
    expect(await refusal(tunnel(ticket))).toBe("ticket_revoked");
  });

  it("is refused after its session was killed, and the open desktop is disconnected", async () => {
    const { client, poolId } = await person();
    const first = await ticketOf(client, poolId);
    const open = await openTunnel(first.ticket);
    const { ticket } = await ticketOf(client, poolId);
    const ended = closing(open);
    await administrator.call(ROUTES.killSession, { id: first.sessionId });
    expect(await ended).toBe("killed");
    expect(await refusal(tunnel(ticket))).toBe("ticket_revoked");
  });

  it.each<[string, (about: { id: string; poolId: string }) => Promise<void>]>([
    [
      "was disabled",
      async ({ id }) =>
        void (await administrator.call(ROUTES.updateUser, { id, body: { isDisabled: true } })),
    ],
    ["was deleted", async ({ id }) => void (await administrator.call(ROUTES.deleteUser, { id }))],
    [
      "lost the right to the desktop",
      async ({ poolId }) => {
        const { items } = await administrator.call(ROUTES.listEntitlements);
        await administrator.call(ROUTES.deleteEntitlement, {
          id: items.find((item) => item.poolId === poolId)?.id ?? "",
        });
      },
    ],
  ])("is refused after its user %s, and the open desktop is disconnected", async (_name, takeAway) => {
    const { id, client, poolId } = await person();
    const open = await openTunnel((await ticketOf(client, poolId)).ticket);
    const { ticket } = await ticketOf(client, poolId);
    const ended = closing(open);
    await takeAway({ id, poolId });
    expect(await ended).toBe("access_removed");
    expect(await refusal(tunnel(ticket))).toBe("ticket_revoked");
  });

  it("for another machine cannot be had", async () => {
    const mine = await person();
    const theirs = await person();
    const failure = await ticketOf(mine.client, theirs.poolId).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiFailure);
    expect(failure).toMatchObject({ status: 404, code: "desktop_not_entitled" });
  });

  it("is in no line of the server's log, nor in its database", async () => {
    const { client, poolId } = await person();
    const { ticket } = await ticketOf(client, poolId);
    (await openTunnel(ticket)).close();
    await refusal(tunnel(ticket));
    expect(server.peer.output()).not.toContain(ticket);
    for (const file of ["deskgate.sqlite", "deskgate.sqlite-wal"]) {
      expect((await readFile(`${server.dataDirectory}/${file}`)).includes(ticket)).toBe(false);
    }
  });
});

describe("a machine's address", () => {
  it.each(["127.0.0.1", "::1", "169.254.169.254", "169.254.3.4", "0.0.0.0", "::ffff:127.0.0.1", "localhost"])(
    "%s cannot be entered without saying that the machine is there",
    async (host) => {
      const refused = administrator.call(ROUTES.createMachine, {
        body: { name: `At ${host}`, host, protocols: [{ protocol: "vnc", port: 5900 }] },
      });
      await expect(refused).rejects.toMatchObject({ status: 422, code: "machine_address_refused" });
    },
  );
});

describe("a wrong password, many times", () => {
  it("is slowed down, and does not keep its owner out for good", async () => {
    const { password } = await administrator.addUser("owner");
    const attempt = (secret: string) =>
      administrator.send(
        "POST",
        "/api/v1/sign-in/password",
        { name: "owner", password: secret },
        { Cookie: "" },
      );
    const statuses: number[] = [];
    for (let i = 0; i < 10; i++) statuses.push((await attempt("wrong-password")).status);
    expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
    const limited = await attempt(password);
    const wait = Number(limited.headers["retry-after"] ?? 0);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThan(60);
    await new Promise((done) => setTimeout(done, wait * 1000 + 100));
    expect((await attempt(password)).status).toBe(200);
  });
});
