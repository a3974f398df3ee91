/** Both real ends of the link over real TLS, and peers that are no such ends. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import { type Broker, type LinkListener, openBroker } from "@deskgate/broker";
import {
  CHANNEL_BINDING_BYTES,
  CHANNEL_BINDING_LABEL,
  type GatewayCalls,
  LINK_CLOSE_CODES,
  LINK_HEADERS,
  LINK_PATH,
  type Log,
  type LogFields,
  linkProofText,
  MAX_CLOCK_SKEW_MS,
  MAX_LINK_MESSAGE_BYTES,
  REGISTRATION_PATH,
  Secret,
} from "@deskgate/contract";
import {
  type CertificateStore,
  createNetworkLink,
  ensureRegistered,
  ensureSelfSigned,
  type GatewayIdentity,
  type NetworkLink,
  openCertificate,
} from "@deskgate/gateway";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

interface Line {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

/** Keeps what is written, and lets a test wait for it. */
function listeningLog() {
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const at = (level: keyof Log) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
    for (const wake of waiting) wake();
  };
  const log: Log = { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
  const line = async (fits: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(fits);
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
  };
  return { log, lines, line };
}

const LISTEN = { host: "127.0.0.1", port: 0 };
let folder: string;
let certificate: CertificateStore;
let broker: Broker;
let listener: LinkListener;
let atBroker: ReturnType<typeof listeningLog>;
const links: NetworkLink[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-link-"));
  atBroker = listeningLog();
  const files = { keyFile: join(folder, "k.pem"), certificateFile: join(folder, "c.pem") };
  await ensureSelfSigned(files);
  certificate = await openCertificate(files, atBroker.log);
  await start();
});
afterEach(async () => {
  for (const link of links.splice(0)) link.close();
  await stop();
  certificate.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(port = 0, servesDirectly = false): Promise<void> {
  broker = await openBroker({
    database: { kind: "sqlite", file: join(folder, "db.sqlite") },
    ...{ sealingKey: new Uint8Array(32), log: atBroker.log },
    ...{ version: "1", consoleDirectory: undefined, linkFingerprint: () => certificate.fingerprint() },
  });
  const tls = certificate.material();
  listener = await broker.listenForGateways({ listen: { ...LISTEN, port }, tls, servesDirectly });
}

async function stop(): Promise<void> {
  await listener.close();
  await broker.close();
}

async function register(name = "edge", directory = join(folder, name)): Promise<GatewayIdentity> {
  const { code } = await broker.setup.createGatewayCode(undefined);
  const about = { broker: listener.address, directory, name, version: "1" };
  const identity = await ensureRegistered({ ...about, code: new Secret(code) });
  if (!identity) throw new Error("not registered");
  return identity;
}

type LinkChanges = Partial<Pick<Parameters<typeof createNetworkLink>[0], "trust" | "nowMs">>;

function openLink(identity: GatewayIdentity, changes: LinkChanges = {}) {
  const atGateway = listeningLog();
  let removed = 0;
  const link = createNetworkLink({
    ...{ address: listener.address, identity, version: "1", log: atGateway.log },
    trust: { kind: "pinned", fingerprint: identity.brokerFingerprint },
    onRemoved: () => {
      removed += 1;
    },
    ...changes,
  });
  links.push(link);
  const nothing = async () => ({});
  const calls: GatewayCalls = {
    reserve: nothing,
    revoke: async ({ connectionIds }) => ({ closed: connectionIds.length }),
    probe: async () => ({ isReachable: true, tookMs: 1, detail: "" }),
    wake: async () => ({ isSent: true, sentTo: "192.0.2.255:9", detail: "" }),
  };
  const { gatewayId } = identity;
  const join = async () => void (await link.broker.register({ gatewayId, openConnectionIds: [] }));
  void link.open(calls, join);
  return { link, ...atGateway, removed: () => removed };
}

describe("a gateway that registers", () => {
  it("keeps its key in a file that nobody else can read, and does not ask twice with one code", async () => {
    const identity = await register();
    expect(identity.brokerFingerprint).toBe(certificate.fingerprint());
    const directory = join(folder, "edge");
    expect(await readdir(directory)).toEqual(["gateway.json"]);
    const kept = JSON.parse(await readFile(join(directory, "gateway.json"), "utf8"));
    expect(createPrivateKey(kept.privateKey).asymmetricKeyType).toBe("ed25519");
    const about = { broker: { host: "127.0.0.1", port: 1 }, directory, name: "edge", version: "1" };
    expect((await ensureRegistered({ ...about, code: undefined }))?.gatewayId).toBe(identity.gatewayId);
  });

  it("sends nothing to a broker with another certificate than the code names", async () => {
    const { code } = await broker.setup.createGatewayCode(undefined);
    const other = code.replace(/.{2}$/, code.endsWith("00") ? "11" : "00");
    const about = { broker: listener.address, directory: join(folder, "x"), name: "x", version: "1" };
    const refused = ensureRegistered({ ...about, code: new Secret(other) });
    await expect(refused).rejects.toMatchObject({ code: "broker_certificate_wrong" });
    // The code is still good, since nobody has seen it.
    await expect(ensureRegistered({ ...about, code: new Secret(code) })).resolves.toBeDefined();
  });

  it("says that its folder is damaged rather than making another identity", async () => {
    await register();
    const directory = join(folder, "edge");
    await writeFile(join(directory, "gateway.json"), "{");
    const about = { broker: listener.address, directory, name: "edge", version: "1", code: undefined };
    await expect(ensureRegistered(about)).rejects.toThrow("damaged");
  });
});

describe("the link", () => {
  it("is opened by the gateway, gets a pass, and carries calls", async () => {
    const identity = await register();
    const { link } = openLink(identity);
    expect(await link.firstTry).toBeUndefined();
    expect(link.pass()).toMatch(/^[\w-]{43}$/);
    const refused = { refused: "ticket_unknown" };
    const ticketHash = "0".repeat(64);
    expect(await link.broker.admit({ gatewayId: identity.gatewayId, ticketHash })).toEqual(refused);
  });

  it("comes back by itself after the broker was away, with another pass", async () => {
    const { link, line } = openLink(await register());
    await link.firstTry;
    const pass = link.pass();
    const { port } = listener.address;
    await stop();
    await line(({ message }) => message === "Broker is away");
    expect(link.pass()).toBeUndefined();
    await expect(link.broker.report({ gatewayId: "", connections: [] })).rejects.toMatchObject({
      code: "link_unavailable",
    });
    await start(port);
    await line(({ message, fields }) => message === "Link to the broker is up" && 1 < (fields.count ?? 0));
    expect(link.pass()).not.toBe(pass);
  });

  it("of a gateway whose clock is wrong is refused, and the gateway's log says by which clock", async () => {
    const { link, line } = openLink(await register(), { nowMs: () => Date.now() - 2 * MAX_CLOCK_SKEW_MS });
    expect(await link.firstTry).toMatchObject({
      code: "gateway_clock_wrong",
      message: expect.stringContaining("clock is wrong"),
      cause: { message: expect.stringMatching(/its clock says .*GMT/) },
    });
    expect(await line(({ level }) => level === "error")).toMatchObject({
      message: "Broker refuses this gateway",
    });
  });

  it("is not opened to a broker with another certificate", async () => {
    const { link } = openLink(await register(), { trust: { kind: "pinned", fingerprint: "00".repeat(32) } });
    expect(await link.firstTry).toMatchObject({ code: "broker_certificate_wrong" });
    expect(atBroker.lines.some(({ message }) => message === "Link opened")).toBe(false);
  });

  it("is not opened where no authority vouches for the broker, and is where one does", async () => {
    const identity = await register();
    const alone = openLink(identity, { trust: { kind: "authorities", extra: [] } });
    expect(await alone.link.firstTry).toMatchObject({ code: "broker_certificate_wrong" });
    alone.link.close();
    const own = certificate.material().certificate;
    const { link } = openLink(identity, { trust: { kind: "authorities", extra: [own] } });
    expect(await link.firstTry).toBeUndefined();
  });

  it("of a gateway that opens it twice is the later one", async () => {
    const identity = await register();
    const first = openLink(identity);
    await first.link.firstTry;
    const second = openLink(identity);
    await second.link.firstTry;
    const line = await first.line(({ message }) => message === "Broker is away");
    expect(line.fields.cause).toMatchObject({ cause: { message: expect.stringContaining("4409") } });
    first.link.close();
  });

  it("speaks for its own gateway only", async () => {
    const [mine, theirs] = [await register("mine"), await register("theirs")];
    const { link } = openLink(mine);
    await link.firstTry;
    const pretending = link.broker.report({ gatewayId: theirs.gatewayId, connections: [] });
    await expect(pretending).rejects.toMatchObject({ code: "not_permitted" });
  });
});

/** A peer that is no gateway, on a connection of its own. */
async function tlsTo(): Promise<TLSSocket> {
  const socket = connect({ ...listener.address, rejectUnauthorized: false, minVersion: "TLSv1.3" });
  await once(socket, "secureConnect");
  return socket;
}

function proofHeaders(socket: TLSSocket, identity: GatewayIdentity, key = identity.privateKey) {
  const binding = socket.exportKeyingMaterial(CHANNEL_BINDING_BYTES, CHANNEL_BINDING_LABEL, Buffer.alloc(0));
  const connection = {
    fingerprint: certificate.fingerprint(),
    channelBinding: binding.toString("base64url"),
  };
  const nonce = randomBytes(16).toString("base64url");
  const proof = { gatewayId: identity.gatewayId, timestampMs: Date.now(), nonce, version: "1" };
  const signature = sign(null, Buffer.from(linkProofText(proof, connection)), key).toString("base64url");
  return {
    [LINK_HEADERS.gateway]: proof.gatewayId,
    [LINK_HEADERS.timestamp]: String(proof.timestampMs),
    [LINK_HEADERS.nonce]: nonce,
    [LINK_HEADERS.version]: proof.version,
    [LINK_HEADERS.signature]: signature,
  };
}

function webSocketOn(socket: TLSSocket, headers: Record<string, string>, path = LINK_PATH): WebSocket {
  const { host, port } = listener.address;
  const options = { createConnection: () => socket, headers };
  const opened = new WebSocket(`wss://${host}:${port}${path}`, options);
  opened.on("error", () => {});
  return opened;
}

async function refusal(opened: WebSocket): Promise<string> {
  const [, response] = (await once(opened, "unexpected-response")) as [unknown, IncomingMessage];
  const { error } = JSON.parse(await text(response)) as { error: { code: string } };
  return error.code;
}

describe("a stranger at the gateways' port", () => {
  it("cannot use a proof that was shown on another connection", async () => {
    const identity = await register();
    const [genuine, other] = [await tlsTo(), await tlsTo()];
    const headers = proofHeaders(genuine, identity);
    await once(webSocketOn(genuine, headers), "open");
    expect(await refusal(webSocketOn(other, headers))).toBe("gateway_proof_wrong");
  });

  it("with another key, without a proof, or at another path is refused", async () => {
    const identity = await register();
    const stranger = generateKeyPairSync("ed25519").privateKey;
    const wrongKey = await tlsTo();
    expect(await refusal(webSocketOn(wrongKey, proofHeaders(wrongKey, identity, stranger)))).toBe(
      "gateway_proof_wrong",
    );
    expect(await refusal(webSocketOn(await tlsTo(), {}))).toBe("request_malformed");
    const elsewhere = await tlsTo();
    expect(await refusal(webSocketOn(elsewhere, proofHeaders(elsewhere, identity), "/tunnel"))).toBe(
      "not_found",
    );
  });

  async function post(path: string, body: string | Buffer): Promise<{ status: number; code: string }> {
    const asked = request({
      ...listener.address,
      path,
      method: "POST",
      rejectUnauthorized: false,
      agent: false,
    });
    asked.end(body);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const { error } = JSON.parse(await text(response)) as { error: { code: string } };
    return { status: response.statusCode ?? 0, code: error.code };
  }

  it("who sends a registration that is none reads why", async () => {
    for (const body of ["", "{", "null", '{"secret":"x"}', Buffer.alloc(100)])
      expect(await post(REGISTRATION_PATH, body)).toEqual({ status: 400, code: "request_malformed" });
    expect(await post(REGISTRATION_PATH, Buffer.alloc(10_000))).toEqual({
      status: 413,
      code: "payload_too_large",
    });
  });

  it("gets neither API nor console, whatever they claim to be", async () => {
    const identity = await register();
    const { link } = openLink(identity);
    await link.firstTry;
    const get = async (headers: Record<string, string>) => {
      const asked = request({
        ...listener.address,
        path: "/api/v1/status",
        headers,
        rejectUnauthorized: false,
        agent: false,
      });
      asked.end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      await text(response);
      return response.statusCode;
    };
    const gateway = { "deskgate-gateway": identity.gatewayId };
    const pass = { "deskgate-pass": link.pass() ?? "" };
    const viewer = { "deskgate-viewer-address": "192.0.2.1" };
    expect(await get({})).toBe(403);
    expect(await get(viewer)).toBe(403);
    expect(await get({ ...gateway, ...viewer })).toBe(421);
    expect(await get({ ...gateway, ...viewer, "deskgate-pass": "guessed" })).toBe(421);
    expect(await get({ "deskgate-gateway": "another", ...pass, ...viewer })).toBe(421);
    expect(await get({ ...gateway, ...pass, "deskgate-viewer-address": "not an address" })).toBe(400);
    expect(await get({ ...gateway, ...pass, ...viewer })).toBe(200);
    link.close();
    await atBroker.line(({ message }) => message === "Link ended");
    expect(await get({ ...gateway, ...pass, ...viewer })).toBe(421);
  });

  it("is served directly where that is configured, and still not believed about viewers", async () => {
    await stop();
    await start(0, true);
    const signInAs = async (claims: Record<string, string>) => {
      await broker.setup.ensureAdministrator();
      const { path } = await broker.setup.createSignInLink("admin", 60_000);
      const body = JSON.stringify({ secret: path.split("#")[1] });
      const headers = { "content-type": "application/json", ...claims };
      const about = { ...listener.address, path: "/api/v1/sign-in/link", method: "POST", headers };
      const asked = request({ ...about, rejectUnauthorized: false, agent: false });
      asked.end(body);
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      await text(response);
      expect(response.statusCode).toBe(200);
      return atBroker.lines.findLast(({ message }) => message === "Signed in")?.fields.viewerAddress;
    };
    const viewer = { "deskgate-viewer-address": "192.0.2.55" };
    expect(await signInAs(viewer)).toBe("127.0.0.1");
    const identity = await register();
    const { link } = openLink(identity);
    await link.firstTry;
    const pass = { "deskgate-gateway": identity.gatewayId, "deskgate-pass": link.pass() ?? "" };
    expect(await signInAs({ ...viewer, ...pass })).toBe("192.0.2.55");
  });

  it("without TLS 1.3 is not spoken to", async () => {
    const old = connect({ ...listener.address, rejectUnauthorized: false, maxVersion: "TLSv1.2" });
    const [cause] = (await once(old, "error")) as [Error];
    expect(cause.message).toMatch(/protocol version/i);
  });
});

describe("a gateway that has gone bad", () => {
  async function linked() {
    const identity = await register();
    const socket = await tlsTo();
    const opened = webSocketOn(socket, proofHeaders(socket, identity));
    await once(opened, "open");
    const ask = async (call: string, body: unknown) => {
      opened.send(JSON.stringify({ kind: "ask", id: 1, call, body }));
      const [data] = (await once(opened, "message")) as [Buffer];
      return JSON.parse(data.toString());
    };
    return { identity, opened, ask };
  }
  async function closing(opened: WebSocket): Promise<number> {
    const [code] = (await once(opened, "close")) as [number];
    return code;
  }

  it.each<[string, string | Buffer]>([
    ["garbage", "garbage"],
    ["a message of an unknown kind", '{"kind":"dance"}'],
    ["bytes that are no text", Buffer.from([1, 2, 3])],
  ])("by sending %s loses its link", async (_name, message) => {
    const { opened } = await linked();
    opened.send(message);
    expect(await closing(opened)).toBe(LINK_CLOSE_CODES.violation);
  });

  it("by sending too much at once loses its link", async () => {
    const { opened } = await linked();
    opened.send(`"${"x".repeat(MAX_LINK_MESSAGE_BYTES)}"`);
    expect(await closing(opened)).toBe(1009);
  });

  it("by calling what there is not, or what is not its own, is refused and no more", async () => {
    const { identity, ask } = await linked();
    const { gatewayId } = identity;
    expect(await ask("launchMissiles", {})).toMatchObject({ kind: "refusal", code: "not_found" });
    expect(await ask("report", { gatewayId: "another", connections: [] })).toMatchObject({
      code: "not_permitted",
    });
    expect(await ask("report", { gatewayId, connections: "all" })).toMatchObject({
      code: "request_malformed",
    });
    expect(await ask("register", { gatewayId, openConnectionIds: [] })).toMatchObject({ kind: "answer" });
  });
});
