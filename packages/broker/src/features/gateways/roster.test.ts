import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from "node:crypto";
import {
  GATEWAY_CODE_LIFETIME_MS,
  type LinkProof,
  linkProofText,
  MAX_CLOCK_SKEW_MS,
  type ProvenConnection,
  parseGatewayCode,
  registrationText,
} from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryGateway, openTestFeatures, TEST_FINGERPRINT } from "../../testing.ts";
import type { GatewayRoster } from "./roster.ts";

const CONNECTION: ProvenConnection = { fingerprint: TEST_FINGERPRINT, channelBinding: "this-connection" };
const ADMIN = { userId: undefined, name: "admin", address: "192.0.2.1" };
let features: Awaited<ReturnType<typeof openTestFeatures>>;
let roster: GatewayRoster;
beforeEach(async () => {
  features = await openTestFeatures();
  ({ roster } = features.services);
});
afterEach(() => features.close());

function newKey(): { readonly privateKey: KeyObject; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicKey: createPublicKey(privateKey).export({ format: "jwk" }).x ?? "" };
}

const signed = (key: KeyObject, text: string) => sign(null, Buffer.from(text), key).toString("base64url");

async function newSecret(name?: string): Promise<string> {
  const { code } = await roster.createCode(name, ADMIN);
  const parsed = parseGatewayCode(code.reveal());
  expect(parsed?.fingerprint).toBe(TEST_FINGERPRINT);
  return parsed?.secret ?? "";
}

interface Showing {
  readonly name?: string;
  readonly connection?: ProvenConnection;
  readonly address?: string;
}

function register(secret: string, showing: Showing = {}) {
  const { name = "edge", connection = CONNECTION, address = "192.0.2.7" } = showing;
  const key = newKey();
  const about = { secret, publicKey: key.publicKey, name };
  const signature = signed(key.privateKey, registrationText(about, CONNECTION));
  const registered = roster.register({ ...about, version: "1.0.0", signature }, connection, address);
  return registered.then(({ gatewayId, name: given }) => ({ ...key, gatewayId, name: given }));
}

describe("a code", () => {
  test("registers one gateway, under its own name or the code's", async () => {
    const { gatewayId } = await register(await newSecret("dmz"));
    expect(await roster.list()).toMatchObject([
      { gateway: { id: gatewayId, name: "dmz", version: "1.0.0" } },
    ]);
    expect((await register(await newSecret())).name).toBe("edge");
    expect((await register(await newSecret())).name).toBe("edge (2)");
  });

  test("is used once, whoever comes second", async () => {
    const secret = await newSecret();
    const outcomes = await Promise.allSettled([register(secret), register(secret), register(secret)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(register(secret)).rejects.toMatchObject({ code: "gateway_code_used" });
    expect(await roster.list()).toHaveLength(1);
  });

  test("is good for a quarter of an hour", async () => {
    const [early, late] = [await newSecret(), await newSecret()];
    features.clock.advance(GATEWAY_CODE_LIFETIME_MS - 1);
    await register(early);
    features.clock.advance(1);
    await expect(register(late)).rejects.toMatchObject({ code: "gateway_code_expired" });
  });

  test("nobody made is refused, and guessing is slowed down", async () => {
    const guess = () => register("a".repeat(26)).catch((error: { readonly code: string }) => error.code);
    const answers: unknown[] = [];
    for (let i = 0; i < 25; i++) answers.push(await guess());
    expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => "gateway_code_unknown"));
    expect(answers.at(-1)).toBe("too_many_attempts");
    await expect(register(await newSecret(), { address: "192.0.2.8" })).resolves.toBeDefined();
  });

  test("shown by someone without the key, or on another connection, is not used up", async () => {
    const secret = await newSecret();
    const relayed = { ...CONNECTION, channelBinding: "another-connection" };
    await expect(register(secret, { connection: relayed })).rejects.toMatchObject({
      code: "gateway_proof_wrong",
    });
    const publicKey = randomBytes(32).toString("base64url");
    const signature = randomBytes(64).toString("base64url");
    const forged = { secret, publicKey, name: "edge", version: "", signature };
    await expect(roster.register(forged, CONNECTION, "192.0.2.7")).rejects.toMatchObject({
      code: "gateway_proof_wrong",
    });
    await register(secret);
  });

  test("is nowhere in the database or the log", async () => {
    const secret = await newSecret();
    const rows = await features.db.selectFrom("gatewayCodes").selectAll().execute();
    const audit = await features.db.selectFrom("auditRecords").selectAll().execute();
    expect(JSON.stringify([rows, audit, features.log.lines])).not.toContain(secret);
    expect(rows).toHaveLength(1);
  });
});

describe("the first request of a link", () => {
  async function joined() {
    const gateway = await register(await newSecret());
    const prove = (changes: Partial<Omit<LinkProof, "signature">> = {}): LinkProof => {
      const nonce = randomBytes(16).toString("base64url");
      const timestampMs = features.clock.now();
      const proof = { gatewayId: gateway.gatewayId, timestampMs, nonce, version: "1.2.3", ...changes };
      return { ...proof, signature: signed(gateway.privateKey, linkProofText(proof, CONNECTION)) };
    };
    return { ...gateway, prove };
  }

  test("signed by the gateway's key is taken, and its version is noted", async () => {
    const { gatewayId, prove } = await joined();
    expect(await roster.admitLink(prove(), CONNECTION)).toMatchObject({ id: gatewayId });
    expect(await roster.list()).toMatchObject([{ gateway: { version: "1.2.3" } }]);
  });

  test("is taken once", async () => {
    const { prove } = await joined();
    const proof = prove();
    await roster.admitLink(proof, CONNECTION);
    await expect(roster.admitLink(proof, CONNECTION)).rejects.toMatchObject({
      code: "gateway_proof_replayed",
    });
    features.clock.advance(MAX_CLOCK_SKEW_MS);
    await expect(roster.admitLink(proof, CONNECTION)).rejects.toMatchObject({
      code: "gateway_proof_replayed",
    });
    features.clock.advance(1);
    await expect(roster.admitLink(proof, CONNECTION)).rejects.toMatchObject({ code: "gateway_clock_wrong" });
  });

  test("with a clock that goes before is remembered for as long as it would be good", async () => {
    const { prove } = await joined();
    const proof = prove({ timestampMs: features.clock.now() + MAX_CLOCK_SKEW_MS });
    await roster.admitLink(proof, CONNECTION);
    features.clock.advance(2 * MAX_CLOCK_SKEW_MS - 1);
    await roster.admitLink(prove(), CONNECTION);
    await expect(roster.admitLink(proof, CONNECTION)).rejects.toMatchObject({
      code: "gateway_proof_replayed",
    });
  });

  test.each([MAX_CLOCK_SKEW_MS, -MAX_CLOCK_SKEW_MS])(
    "bears a clock that is off by %i ms and no more",
    async (off) => {
      const { prove } = await joined();
      await roster.admitLink(prove({ timestampMs: features.clock.now() + off }), CONNECTION);
      const more = prove({ timestampMs: features.clock.now() + off + Math.sign(off) });
      await expect(roster.admitLink(more, CONNECTION)).rejects.toMatchObject({ code: "gateway_clock_wrong" });
    },
  );

  test("made for another certificate or another connection is refused", async () => {
    const { prove } = await joined();
    for (const other of [{ fingerprint: "cd".repeat(32) }, { channelBinding: "another-connection" }]) {
      const refused = roster.admitLink(prove(), { ...CONNECTION, ...other });
      await expect(refused).rejects.toMatchObject({ code: "gateway_proof_wrong" });
    }
  });

  test("changed in any field after it was signed is refused", async () => {
    const { prove } = await joined();
    const other = await joined();
    const changes: Partial<LinkProof>[] = [
      { gatewayId: other.gatewayId },
      { timestampMs: features.clock.now() + 1 },
      { nonce: randomBytes(16).toString("base64url") },
      { version: "9.9.9" },
      { signature: randomBytes(64).toString("base64url") },
    ];
    for (const change of changes) {
      const refused = roster.admitLink({ ...prove(), ...change }, CONNECTION);
      await expect(refused).rejects.toMatchObject({ code: "gateway_proof_wrong" });
    }
  });

  test("of nobody, of the built-in gateway, or of one that was removed is refused", async () => {
    const { gatewayId, prove } = await joined();
    const unknown = expect.objectContaining({ code: "gateway_unknown" });
    await roster.putBuiltIn({ id: "local", name: "here", version: "1" });
    for (const id of ["nobody", "local"])
      await expect(roster.admitLink(prove({ gatewayId: id }), CONNECTION)).rejects.toEqual(unknown);
    await roster.remove(gatewayId, ADMIN);
    await expect(roster.admitLink(prove(), CONNECTION)).rejects.toEqual(unknown);
  });
});

describe("the list of gateways", () => {
  test("has each with its state, the built-in one too, which cannot be removed", async () => {
    await roster.putBuiltIn({ id: "local", name: "here", version: "1" });
    await roster.putBuiltIn({ id: "local", name: "here", version: "2" });
    await register(await newSecret("away"));
    features.gateways.attach("local", new MemoryGateway().calls);
    features.gateways.registered("local");
    expect(await roster.list()).toMatchObject([
      { gateway: { name: "away" }, presence: undefined },
      { gateway: { name: "here", version: "2" }, presence: { isSilent: false, openConnections: 0 } },
    ]);
    await expect(roster.remove("local", ADMIN)).rejects.toMatchObject({ code: "gateway_built_in" });
  });

  test("takes another name, but no name twice", async () => {
    const { gatewayId } = await register(await newSecret("one"));
    await register(await newSecret("two"));
    expect(await roster.update(gatewayId, { name: "three" }, ADMIN)).toMatchObject({
      gateway: { name: "three" },
    });
    await expect(roster.update(gatewayId, { name: "two" }, ADMIN)).rejects.toMatchObject({
      code: "name_taken",
    });
    await expect(roster.update("nobody", { name: "four" }, ADMIN)).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(roster.createCode("two", ADMIN)).rejects.toMatchObject({ code: "name_taken" });
  });

  test("has the zone that each is in; probes of a zone's machines go through its gateways, and one that is removed leaves it", async () => {
    const { zones } = features.services;
    const { id: zoneId } = await zones.create({ name: "North", description: "" }, ADMIN);
    const { gatewayId } = await register(await newSecret("one"));
    await expect(roster.update(gatewayId, { zoneId: randomUUID() }, ADMIN)).rejects.toMatchObject({
      code: "validation_failed",
    });
    await roster.update(gatewayId, { zoneId }, ADMIN);
    expect(await roster.list()).toMatchObject([{ gateway: { zone: { id: zoneId, name: "North" } } }]);
    for (const id of [gatewayId, "other"]) {
      features.gateways.attach(id, new MemoryGateway().calls);
      features.gateways.registered(id);
    }
    features.gateways.setZone("other", "elsewhere");
    expect(features.gateways.choose(zoneId)).toBe(gatewayId);
    await expect(zones.remove(zoneId, ADMIN, undefined)).rejects.toMatchObject({ code: "still_in_use" });
    await roster.remove(gatewayId, ADMIN);
    expect(features.gateways.choose(zoneId)).toBeUndefined();
    await zones.remove(zoneId, ADMIN, undefined);
  });

  test("forgets one that is removed: its link is closed, its name is free, and the audit keeps it", async () => {
    const { gatewayId } = await register(await newSecret("one"));
    const closedFor: string[] = [];
    features.gateways.attach(gatewayId, new MemoryGateway().calls, (why) => closedFor.push(why));
    await roster.remove(gatewayId, ADMIN);
    expect(closedFor).toEqual(["removed"]);
    expect(await roster.list()).toEqual([]);
    expect(await roster.isKnown(gatewayId)).toBe(false);
    await expect(roster.remove(gatewayId, ADMIN)).rejects.toMatchObject({ code: "not_found" });
    expect((await register(await newSecret("one"))).name).toBe("one");
    const actions = (await features.services.audit.list({ limit: 100 })).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(["gateway.registered", "gateway.removed"]));
  });
});
