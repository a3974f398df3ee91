/** Broker and gateway in processes of their own, each killed without warning while people work. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROUTES, TICKET_SUBPROTOCOL_PREFIX } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { ApiClient } from "../testbed/api-client.ts";
import { changesFrom, fingerprintOf, launchBrowser, viewerState } from "../testbed/browser.ts";
import {
  gatewayCode,
  MAIN,
  type RunningBroker,
  type RunningGateway,
  startBroker,
  startDeskgate,
  startGateway,
} from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";
import { startXvnc, type XvncDesktop } from "../testbed/xvnc.ts";

const PASSWORD = "apart-pw";

let folder: string;
let desktop: XvncDesktop;
let browser: Browser;
let broker: RunningBroker;
let gateway: RunningGateway;
let administrator: ApiClient;
let poolId: string;
let metricsPort: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-planes-"));
  [desktop, browser, broker] = await Promise.all([
    startXvnc(PASSWORD),
    launchBrowser(),
    startBroker({ linkPort: await freePort(), dataDirectory: join(folder, "broker") }),
  ]);
  const dataDirectory = await mkdtemp(join(folder, "gateway-"));
  metricsPort = await freePort();
  const configuration = join(folder, "gateway.json");
  await writeFile(configuration, JSON.stringify({ metrics: { listen: String(metricsPort) } }));
  const args = ["--config", configuration];
  gateway = await startGateway({ broker, port: await freePort(), dataDirectory, args });
  administrator = await ApiClient.bySignInLink(gateway.site, `${gateway.site}${broker.signInPath}`);
  const { id: userId } = await administrator.call(ROUTES.getMe);
  const fields = { name: "Desk", port: desktop.port, password: PASSWORD, userId };
  poolId = await administrator.addMachine(fields);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.peer.stop();
  await broker?.peer.stop();
  await desktop?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function restartBroker(): Promise<void> {
  broker = await startBroker({ linkPort: broker.linkPort, dataDirectory: broker.dataDirectory });
}

/** Until the gateway has its link again, the API answers that the broker is away. */
async function untilLinked(): Promise<void> {
  const isThere = () =>
    administrator.send("GET", "/api/v1/status").then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(isThere, { timeout: 20_000 }).toBe(200);
}

async function openDesktop(): Promise<Page> {
  const { page } = await openLaunchpad(browser, administrator);
  await page.getByTestId("connect-Desk").click();
  await viewerState(page, "connected");
  return page;
}

async function moves(page: Page, what: string): Promise<void> {
  await changesFrom(await fingerprintOf(page), () => fingerprintOf(page), { what });
}

async function openConnections(): Promise<readonly string[]> {
  const { items } = await administrator.call(ROUTES.listSessions);
  return items.flatMap(({ connections }) =>
    connections.filter(({ state }) => state === "open").map(({ id }) => id),
  );
}

/** A viewer that speaks only as much RFB as the tunnel needs to be open. */
async function openTunnel(ticket: string): Promise<WebSocket> {
  const protocols = ["binary", `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`];
  const options = { origin: gateway.site, rejectUnauthorized: false };
  const socket = new WebSocket(`${gateway.site.replace("https", "wss")}/tunnel`, protocols, options);
  socket.on("message", () => {});
  await once(socket, "open");
  return socket;
}

/** From the gateway's own listener for operators. */
async function askGateway(path: string): Promise<readonly [number, string]> {
  const response = await fetch(`http://127.0.0.1:${metricsPort}${path}`);
  return [response.status, await response.text()];
}

describe("the gateway's own numbers", () => {
  it("count its tunnels and say whether its link is up, and a machine is woken over it", async () => {
    const page = await openDesktop();
    const [status, text] = await askGateway("/metrics");
    expect(status).toBe(200);
    expect(text).toContain('deskgate_connections_open{protocol="vnc"} 1\n');
    expect(text).toContain("deskgate_link_up 1\n");
    expect(text).not.toContain("deskgate_store_up");
    expect(await askGateway("/readyz")).toEqual([200, "ready\n"]);
    const protocols = [{ protocol: "rdp", port: 3389 } as const];
    const fields = { name: "Sleeper", host: "127.0.0.9", isDeclaredLocal: true, protocols };
    const body = { ...fields, macAddress: "00:00:5e:00:53:01" };
    const { id } = await administrator.call(ROUTES.createMachine, { body });
    expect(await administrator.call(ROUTES.wakeMachine, { id })).toMatchObject({
      state: "sent",
      gateways: [{ sentTo: "127.255.255.255:9" }],
    });
    await page.context().close();
  });
});

describe("kill -9 of the broker", () => {
  it("leaves the picture moving; afterwards everything goes on without a click of an administrator", async () => {
    const page = await openDesktop();
    const [connectionId = ""] = await openConnections();
    await broker.peer.kill();

    await moves(page, "the desktop without a broker");
    const away = await administrator.send("GET", "/api/v1/me");
    expect(away.status).toBe(503);
    expect(JSON.parse(away.text)).toMatchObject({ error: { code: "broker_unavailable" } });
    expect(away.headers["retry-after"]).toBe("5");
    const forPerson = await administrator.send("GET", "/", undefined, { Accept: "text/html" });
    expect(forPerson).toMatchObject({ status: 503, text: expect.stringContaining("stay open") });
    expect(gateway.peer.output()).toContain("Broker is away");
    expect(await askGateway("/readyz")).toEqual([503, "there is no link to the broker\n"]);
    expect((await askGateway("/metrics"))[1]).toContain("deskgate_link_up 0\n");
    expect((await askGateway("/healthz"))[0]).toBe(200);

    await restartBroker();
    await untilLinked();
    await moves(page, "the desktop after the broker's restart");
    expect(await openConnections()).toEqual([connectionId]);
    expect(await page.getByTestId("viewer-state").getAttribute("data-state")).toBe("connected");
    const second = await openDesktop();
    await moves(second, "the desktop opened after the restart");
    await second.context().close();
    await page.context().close();
  });

  it("keeps a reservation that was placed before, and the reason for what ended meanwhile", async () => {
    const leaving = await administrator.call(ROUTES.connectDesktop, { id: poolId, body: {} });
    const left = await openTunnel(leaving.ticket);
    await once(left, "message");
    const coming = await administrator.call(ROUTES.connectDesktop, { id: poolId, body: {} });
    await broker.peer.kill();
    left.close(1000);
    await once(left, "close");
    const came = await openTunnel(coming.ticket);
    await once(came, "message");

    await restartBroker();
    await untilLinked();
    const about = (id: string) => administrator.call(ROUTES.getConnection, { id });
    await expect
      .poll(async () => (await about(leaving.connectionId)).state, { timeout: 15_000 })
      .toBe("ended");
    // The gateway's own word, and not the broker's guess that the connection was lost with its link.
    expect((await about(leaving.connectionId)).endReason).toMatch(/^viewer_/);
    expect((await about(coming.connectionId)).state).not.toBe("ended");
    came.terminate();
  });
});

describe("kill -9 of the gateway", () => {
  it("leaves the session, and the viewer comes back by itself when the gateway does", async () => {
    const page = await openDesktop();
    const [before] = (await administrator.call(ROUTES.listSessions)).items;
    const port = Number(new URL(gateway.site).port);
    await gateway.peer.kill();
    await viewerState(page, "reconnecting");

    gateway = await startGateway({ broker, port, dataDirectory: gateway.dataDirectory });
    await viewerState(page, "connected", 30_000);
    await moves(page, "the desktop after the gateway's restart");
    const { items: sessions } = await administrator.call(ROUTES.listSessions);
    expect(sessions.map(({ id }) => id)).toEqual([before?.id]);
    await page.context().close();
  });
});

describe("a gateway", () => {
  it("is listed with its state, holds no database, and keeps its key to itself", async () => {
    const { items } = await administrator.call(ROUTES.listGateways);
    expect(items).toMatchObject([{ kind: "separate", state: "connected", version: expect.any(String) }]);
    await expect(stat(join(gateway.dataDirectory, "deskgate.sqlite"))).rejects.toThrow("ENOENT");
    expect((await stat(join(gateway.dataDirectory, "gateway.json"))).mode & 0o777).toBe(0o600);
  });

  it("cannot be spoken for: what a viewer claims to be is not believed", async () => {
    const claims = {
      "Deskgate-Viewer-Address": "203.0.113.99",
      "Deskgate-Gateway": "x",
      "Deskgate-Pass": "y",
    };
    const reply = await administrator.send(
      "POST",
      "/api/v1/sign-in/password",
      { name: "admin", password: "wrong" },
      claims,
    );
    expect(reply.status).toBe(401);
    expect(`${gateway.peer.output()}${broker.peer.output()}`).not.toContain("203.0.113.99");
  });
});

describe("the command line", () => {
  function runGateway(codeFile: string, port = broker.linkPort): string {
    const data = join(folder, "refused");
    const args = [
      "gateway",
      "--broker",
      `https://127.0.0.1:${port}`,
      "--code-file",
      codeFile,
      "--data",
      data,
    ];
    const listen = ["--listen", "127.0.0.1:0"];
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, ...listen], {
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(status).toBe(1);
    return `${stdout}${stderr}`;
  }
  async function fileWith(code: string): Promise<string> {
    const file = join(folder, "code");
    await writeFile(file, code);
    return file;
  }

  it("says what is wrong with a registration code, in one line", async () => {
    expect(runGateway(join(gateway.dataDirectory, "code"))).toMatch(/^deskgate: .*\(gateway_code_used\)$/m);
    expect(runGateway(await fileWith("nonsense"))).toContain("(gateway_code_malformed)");
    const code = gatewayCode(broker.dataDirectory);
    const other = code.replace(/^(dgc1-).{4}/, "$1aaaa");
    expect(runGateway(await fileWith(other))).toContain("(gateway_code_unknown)");
    const foreign = code.replace(/.{4}$/, code.endsWith("0000") ? "1111" : "0000");
    expect(runGateway(await fileWith(foreign))).toContain("(broker_certificate_wrong)");
    expect(runGateway(await fileWith(code), await freePort())).toContain("ECONNREFUSED");
    expect(runGateway(join(folder, "missing"))).toContain("not registered yet");
  });
});

describe("one program", () => {
  it("lists its own gateway like any other, and takes no others", async () => {
    const server = await startDeskgate({ shape: "one", args: ["--no-demo"] });
    const alone = await server.signIn();
    const { items } = await alone.call(ROUTES.listGateways);
    expect(items).toMatchObject([{ id: "local", kind: "built-in", state: "connected" }]);
    await expect(alone.call(ROUTES.removeGateway, { id: "local" })).rejects.toMatchObject({
      code: "gateway_built_in",
    });
    await expect(alone.call(ROUTES.createGatewayCode, { body: {} })).rejects.toMatchObject({
      code: "gateways_not_accepted",
    });
    await server.stop();
  });
});

describe("deskgate doctor", () => {
  it("finds a gateway healthy, and says what is wrong where its broker is not the one it knows", () => {
    const listen = new URL(gateway.site).host.replace("localhost", "127.0.0.1");
    const about = ["doctor", "--listen", listen, "--data", gateway.dataDirectory];
    const doctor = (port: number) =>
      spawnSync(process.execPath, [MAIN, ...about, "--broker", `https://127.0.0.1:${port}`], {
        encoding: "utf8",
      });
    const healthy = doctor(broker.linkPort);
    expect(healthy.stdout).toMatch(/^ok .*Broker: answers/m);
    expect(healthy.stdout).toMatch(/^ok .*Clock: /m);
    expect([healthy.status, healthy.stdout.includes("FAIL")]).toEqual([0, false]);
    const brokerAlone = [
      "doctor",
      "--link-listen",
      `127.0.0.1:${broker.linkPort}`,
      "--data",
      broker.dataDirectory,
    ];
    const { stdout } = spawnSync(process.execPath, [MAIN, ...brokerAlone], { encoding: "utf8" });
    expect(stdout).toContain(`Port ${broker.linkPort}: Deskgate is running on it`);
    expect(stdout).toMatch(/^ok .*Database: healthy/m);
    // The gateway's own port shows the gateway's own certificate.
    const wrong = doctor(Number(new URL(gateway.site).port));
    expect(wrong.stdout).toMatch(/^FAIL .*Broker's certificate: expected the certificate [0-9a-f]{64}, got/m);
    expect(wrong.status).toBe(1);
  });
});

describe("a gateway that is removed", () => {
  it("loses its link and its tunnels at once, and is refused from then on", async () => {
    const direct = await ApiClient.bySignInLink(gateway.site, await freshLink());
    const page = await openDesktop();
    const [item] = (await direct.call(ROUTES.listGateways)).items;
    // Its own removal is the last thing that it passes on.
    await direct.call(ROUTES.removeGateway, { id: item?.id ?? "" }).catch(() => {});
    await page
      .locator('[data-testid="viewer-state"]:not([data-state="connected"])')
      .waitFor({ state: "attached", timeout: 5_000 });
    await expect.poll(() => gateway.peer.output(), { timeout: 10_000 }).toContain("gateway_unknown");
    expect((await direct.send("GET", "/api/v1/status")).status).toBe(503);
    await page.context().close();
  });

  it("can register again with another code", async () => {
    await gateway.peer.stop();
    const codeFile = join(gateway.dataDirectory, "code");
    await writeFile(codeFile, gatewayCode(broker.dataDirectory));
    const port = Number(new URL(gateway.site).port);
    gateway = await startGateway({ broker, port, dataDirectory: gateway.dataDirectory });
    await untilLinked();
    await moves(await openDesktop(), "the desktop through the gateway that registered again");
  });
});

async function freshLink(): Promise<string> {
  const args = [MAIN, "sign-in-link", "admin", "--data", broker.dataDirectory];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return `${gateway.site}${/\/sign-in\/link#\S+/.exec(stdout)?.[0] ?? ""}`;
}
