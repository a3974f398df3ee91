/** Peers at the gateways' port that are no gateway, or one that has gone bad, over real TLS. */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import { LINK_CLOSE_CODES, MAX_LINK_MESSAGE_BYTES, REGISTRATION_PATH } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { ListeningBroker } from "./listening-broker.testing.ts";
import { codeOf, Stranger } from "./stranger.testing.ts";

let broker: ListeningBroker;
let stranger: Stranger;

beforeEach(async () => {
  broker = await ListeningBroker.open();
  stranger = new Stranger(broker);
});
afterEach(() => broker.close());

async function refusal(opened: WebSocket): Promise<string> {
  const [, response] = (await once(opened, "unexpected-response")) as [unknown, IncomingMessage];
  return codeOf(await text(response));
}

describe("a stranger at the gateways' port", () => {
  it("cannot use a proof that was shown on another connection", async () => {
    const identity = await broker.register();
    const [genuine, other] = [await stranger.tls(), await stranger.tls()];
    const headers = stranger.proofHeaders(genuine, identity);
    await once(stranger.webSocketOn(genuine, headers), "open");
    expect(await refusal(stranger.webSocketOn(other, headers))).toBe("gateway_proof_wrong");
  });

  it("with another key, without a proof, or at another path is refused", async () => {
    const identity = await broker.register();
    const strangerKey = generateKeyPairSync("ed25519").privateKey;
    const wrongKey = await stranger.tls();
    expect(
      await refusal(stranger.webSocketOn(wrongKey, stranger.proofHeaders(wrongKey, identity, strangerKey))),
    ).toBe("gateway_proof_wrong");
    expect(await refusal(stranger.webSocketOn(await stranger.tls(), {}))).toBe("request_malformed");
    const elsewhere = await stranger.tls();
    expect(
      await refusal(stranger.webSocketOn(elsewhere, stranger.proofHeaders(elsewhere, identity), "/tunnel")),
    ).toBe("not_found");
  });

  async function post(path: string, body: string | Buffer): Promise<{ status: number; code: string }> {
    const answer = await stranger.ask({ path, method: "POST" }, body);
    return { status: answer.status, code: codeOf(answer.body) };
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
    const identity = await broker.register();
    const { link } = broker.openLink(identity);
    await link.firstTry;
    const get = async (headers: Record<string, string>) =>
      (await stranger.ask({ path: "/api/v1/status", headers })).status;
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
    await broker.told.line(({ message }) => message === "Link ended");
    expect(await get({ ...gateway, ...pass, ...viewer })).toBe(421);
  });

  it("is served directly where that is configured, and still not believed about viewers", async () => {
    await broker.stop();
    await broker.startAgain(0, true);
    const signInAs = async (claims: Record<string, string>) => {
      await broker.setup.ensureAdministrator();
      const { path } = await broker.setup.createSignInLink("admin", 60_000);
      const body = JSON.stringify({ secret: path.split("#")[1] });
      const headers = { "content-type": "application/json", ...claims };
      const { status } = await stranger.ask({ path: "/api/v1/sign-in/link", method: "POST", headers }, body);
      expect(status).toBe(200);
      return broker.told.lines.findLast(({ message }) => message === "Signed in")?.fields.viewerAddress;
    };
    const viewer = { "deskgate-viewer-address": "192.0.2.55" };
    expect(await signInAs(viewer)).toBe("127.0.0.1");
    const identity = await broker.register();
    const { link } = broker.openLink(identity);
    await link.firstTry;
    const pass = { "deskgate-gateway": identity.gatewayId, "deskgate-pass": link.pass() ?? "" };
    expect(await signInAs({ ...viewer, ...pass })).toBe("192.0.2.55");
  });

  it("without TLS 1.3 is not spoken to", async () => {
    const old = connect({ ...broker.address, rejectUnauthorized: false, maxVersion: "TLSv1.2" });
    const [cause] = (await once(old, "error")) as [Error];
    expect(cause.message).toMatch(/protocol version/i);
  });
});

describe("a gateway that has gone bad", () => {
  async function linked() {
    const identity = await broker.register();
    const socket = await stranger.tls();
    const opened = stranger.webSocketOn(socket, stranger.proofHeaders(socket, identity));
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
