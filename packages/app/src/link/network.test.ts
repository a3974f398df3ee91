/** Both real ends of the link over real TLS: how a gateway registers, and its link comes and goes. */
import { createPrivateKey } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_CLOCK_SKEW_MS, Secret } from "@deskgate/contract";
import { ensureRegistered } from "@deskgate/gateway";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ListeningBroker } from "./listening-broker.testing.ts";

let broker: ListeningBroker;

beforeEach(async () => {
  broker = await ListeningBroker.open();
});
afterEach(() => broker.close());

describe("a gateway that registers", () => {
  it("keeps its key in a file that nobody else can read, and does not ask twice with one code", async () => {
    const identity = await broker.register();
    expect(identity.brokerFingerprint).toBe(broker.certificate.fingerprint());
    const directory = join(broker.folder, "edge");
    expect(await readdir(directory)).toEqual(["gateway.json"]);
    const kept = JSON.parse(await readFile(join(directory, "gateway.json"), "utf8"));
    expect(createPrivateKey(kept.privateKey).asymmetricKeyType).toBe("ed25519");
    const about = { broker: { host: "127.0.0.1", port: 1 }, directory, name: "edge", version: "1" };
    expect((await ensureRegistered({ ...about, code: undefined }))?.gatewayId).toBe(identity.gatewayId);
  });

  it("sends nothing to a broker with another certificate than the code names", async () => {
    const { code } = await broker.setup.createGatewayCode(undefined);
    const other = code.replace(/.{2}$/, code.endsWith("00") ? "11" : "00");
    const about = { broker: broker.address, directory: join(broker.folder, "x"), name: "x", version: "1" };
    const refused = ensureRegistered({ ...about, code: new Secret(other) });
    await expect(refused).rejects.toMatchObject({ code: "broker_certificate_wrong" });
    // The code is still good, since nobody has seen it.
    await expect(ensureRegistered({ ...about, code: new Secret(code) })).resolves.toBeDefined();
  });

  it("says that its folder is damaged rather than making another identity", async () => {
    await broker.register();
    const directory = join(broker.folder, "edge");
    await writeFile(join(directory, "gateway.json"), "{");
    const about = { broker: broker.address, directory, name: "edge", version: "1", code: undefined };
    await expect(ensureRegistered(about)).rejects.toThrow("damaged");
  });
});

describe("the link", () => {
  it("is opened by the gateway, gets a pass, and carries calls", async () => {
    const identity = await broker.register();
    const { link } = broker.openLink(identity);
    expect(await link.firstTry).toBeUndefined();
    expect(link.pass()).toMatch(/^[\w-]{43}$/);
    const refused = { refused: "ticket_unknown" };
    const ticketHash = "0".repeat(64);
    expect(await link.broker.admit({ gatewayId: identity.gatewayId, ticketHash })).toEqual(refused);
  });

  it("comes back by itself after the broker was away, with another pass", async () => {
    const { link, line } = broker.openLink(await broker.register());
    await link.firstTry;
    const pass = link.pass();
    const { port } = broker.address;
    await broker.stop();
    await line(({ message }) => message === "Broker is away");
    expect(link.pass()).toBeUndefined();
    await expect(link.broker.report({ gatewayId: "", connections: [] })).rejects.toMatchObject({
      code: "link_unavailable",
    });
    await broker.startAgain(port);
    await line(({ message, fields }) => message === "Link to the broker is up" && 1 < (fields.count ?? 0));
    expect(link.pass()).not.toBe(pass);
  });

  it("of a gateway whose clock is wrong is refused, and the gateway's log says by which clock", async () => {
    const { link, line } = broker.openLink(await broker.register(), {
      nowMs: () => Date.now() - 2 * MAX_CLOCK_SKEW_MS,
    });
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
    const { link } = broker.openLink(await broker.register(), {
      trust: { kind: "pinned", fingerprint: "00".repeat(32) },
    });
    expect(await link.firstTry).toMatchObject({ code: "broker_certificate_wrong" });
    expect(broker.told.lines.some(({ message }) => message === "Link opened")).toBe(false);
  });

  it("is not opened where no authority vouches for the broker, and is where one does", async () => {
    const identity = await broker.register();
    const alone = broker.openLink(identity, { trust: { kind: "authorities", extra: [] } });
    expect(await alone.link.firstTry).toMatchObject({ code: "broker_certificate_wrong" });
    alone.link.close();
    const own = broker.certificate.material().certificate;
    const { link } = broker.openLink(identity, { trust: { kind: "authorities", extra: [own] } });
    expect(await link.firstTry).toBeUndefined();
  });

  it("of a gateway that opens it twice is the later one", async () => {
    const identity = await broker.register();
    const first = broker.openLink(identity);
    await first.link.firstTry;
    const second = broker.openLink(identity);
    await second.link.firstTry;
    const line = await first.line(({ message }) => message === "Broker is away");
    expect(line.fields.cause).toMatchObject({ cause: { message: expect.stringContaining("4409") } });
    first.link.close();
  });

  it("speaks for its own gateway only", async () => {
    const [mine, theirs] = [await broker.register("mine"), await broker.register("theirs")];
    const { link } = broker.openLink(mine);
    await link.firstTry;
    const pretending = link.broker.report({ gatewayId: theirs.gatewayId, connections: [] });
    await expect(pretending).rejects.toMatchObject({ code: "not_permitted" });
  });
});
