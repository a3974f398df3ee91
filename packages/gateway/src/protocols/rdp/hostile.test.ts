/** Machines that lie at each step cost one tunnel: a clear ending, in time, and nothing secret has left. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { encodeConnectionRequest, encodeTsRequest, NTLM_FLAGS, readCleanPathX224 } from "@deskgate/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, portOf, startGateway } from "../../testing.ts";

const SECRET = "s3cret-password";
const CREDENTIAL = { username: "ada", password: SECRET };
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const SELECTS = {
  tls: hex("030000130ed00000123400 0200080001000000"),
  nla: hex("030000130ed00000123400 0200080002000000"),
};

let folder: string;
let certificate: { readonly key: Buffer; readonly cert: Buffer };
let gateway: GatewayUnderTest | undefined;
let machine: Server | undefined;
let received: Buffer[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deskgate-hostile-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hostile"];
  spawnSync("openssl", [...args, "-keyout", key, "-out", cert]);
  certificate = { key: readFileSync(key), cert: readFileSync(cert) };
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await gateway?.close();
  await new Promise((done) => (machine ? machine.close(done) : done(undefined)));
  received = [];
});

/** A machine that answers the first bytes with `confirm`, and lets `then` go on, inside TLS where it selects that. */
async function startMachine(confirm: Buffer, then?: (tls: TLSSocket) => void): Promise<number> {
  machine = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", (first) => {
      received.push(first);
      socket.write(confirm);
      if (!then) return;
      const tls = new TLSSocket(socket, { isServer: true, ...certificate });
      tls.on("error", () => {});
      tls.on("data", (piece: Buffer) => received.push(piece));
      tls.once("secure", () => then(tls));
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  machine.listen(0, "127.0.0.1", resolve);
  await promise;
  return portOf(machine);
}

function request(): Buffer {
  const x224 = Buffer.from(encodeConnectionRequest({ cookieName: "x", protocols: 3 }));
  const body = Buffer.concat([hex("a00402020d3e a6"), Buffer.from([x224.length + 2, 4, x224.length]), x224]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

type Verdict = "trusted" | "changed" | "unverified";

/** What the viewer saw, and how the gateway says that it ended. */
async function connect(
  port: number,
  more: { readonly verdict?: Verdict; readonly send?: readonly Buffer[] } = {},
) {
  const { verdict = "trusted" } = more;
  gateway = await startGateway({ judgeIdentity: async () => ({ verdict }) });
  const { ticket } = await gateway.reserve({ port }, { protocol: "rdp", credential: CREDENTIAL });
  const socket = gateway.connect(ticket);
  const messages: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.on("message", (message: Buffer) => messages.push(message));
  socket.on("error", () => {});
  socket.on("close", resolve);
  socket.on("open", () => {
    for (const piece of more.send ?? [request()]) socket.send(piece);
  });
  const closeCode = await promise;
  const ended = () => gateway?.log.lines.find(({ message }) => message === "Connection ended")?.fields;
  await expect.poll(ended, { timeout: 10_000 }).toBeDefined();
  const end = ended();
  expect(Buffer.concat(messages).includes(Buffer.from(SECRET, "utf16le"))).toBe(false);
  return { closeCode, reason: end?.reason, detail: end?.detail, messages };
}

function nothingSecretLeft(): void {
  const all = Buffer.concat(received);
  expect(all.includes(Buffer.from(SECRET, "utf16le")) || all.includes(SECRET)).toBe(false);
}

describe("a hostile RDP machine", () => {
  it.each([
    ["a web server", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["a length beyond all confirms", hex("0300ffff 0ed00000")],
    ["a length below its header", hex("03000004")],
    ["an inner length that lies", hex("03000013 ffd00000123400 0200080001000000")],
    ["a protocol that nobody asked for", hex("030000130ed00000123400 0200080008000000")],
    ["more than its confirm", Buffer.concat([SELECTS.tls, Buffer.from("and more")])],
    ["endless noise", Buffer.alloc(400 * 1024, 3)],
  ])("that answers with %s costs one tunnel", async (_what, confirm) => {
    const { reason } = await connect(await startMachine(confirm));
    expect(reason).toBe("target_protocol_error");
    nothingSecretLeft();
  });

  it.each([
    ["HYBRID_REQUIRED_BY_SERVER", hex("030000130ed00000123400 0300080005000000")],
    ["neither TLS nor", hex("0300000b06d00000123400")],
  ])("that refuses (%s) is quoted", async (words, confirm) => {
    const { reason, detail, messages } = await connect(await startMachine(confirm));
    expect(reason).toBe("target_protocol_refused");
    expect(detail).toContain(words);
    expect(Buffer.from(readCleanPathX224(messages[0] ?? Buffer.alloc(0)) ?? []).equals(confirm)).toBe(true);
  });

  it("that speaks no TLS after selecting it costs one tunnel", async () => {
    const port = await startMachine(Buffer.concat([SELECTS.tls]));
    machine?.on("connection", (socket) => setTimeout(() => socket.write("no TLS here at all"), 100));
    expect((await connect(port)).reason).toBe("target_protocol_error");
  });

  it.each(["changed", "unverified"] as const)("whose certificate is %s gets nothing", async (verdict) => {
    const port = await startMachine(SELECTS.nla, () => {});
    const { reason } = await connect(port, { verdict });
    expect(reason).toBe(`target_identity_${verdict}`);
    nothingSecretLeft();
  });

  it.each([
    ["garbage", Buffer.alloc(64, 0x41), "target_protocol_error"],
    ["a length that lies", hex("3083ffffff"), "target_protocol_error"],
    ["a challenge that is none", hex("3011a003020106a10a3008 3006a0040402 4142"), "target_protocol_error"],
    ["a wrong password's status", hex("300da003020106a406020400c000006d".replace("0400", "0500")), undefined],
  ])("that answers a sign-in with %s learns no password", async (_what, answer, expected) => {
    const port = await startMachine(SELECTS.nla, (tls) => tls.once("data", () => tls.write(answer)));
    const { reason } = await connect(port);
    expect(["target_protocol_error", "target_authentication_failed"]).toContain(reason);
    if (expected) expect(reason).toBe(expected);
    nothingSecretLeft();
  });

  it("that hangs up in the sign-in did not like the password", async () => {
    const port = await startMachine(SELECTS.nla, (tls) => tls.once("data", () => tls.end()));
    expect((await connect(port)).reason).toBe("target_authentication_failed");
  });
});

/** Memory that a gateway may take for one machine, however much that sends; the process's own noise included. */
const MAX_GROWTH_BYTES = 100 * 1024 * 1024;

function flood(stream: Duplex, piece: Buffer): void {
  const more = () => {
    while (!stream.destroyed && stream.writable && stream.write(piece));
  };
  stream.on("drain", more);
  more();
}

/** A machine that sends `piece` without end after its confirm, without TLS. */
function floodInClear(confirm: Buffer, piece: Buffer): Promise<number> {
  const listening = startMachine(confirm);
  machine?.on("connection", (socket) => socket.once("data", () => flood(socket, piece)));
  return listening;
}

/** As little of an NTLM challenge as is taken for one (MS-NLMP §2.2.1.2). */
function challenge(): Buffer {
  const head = Buffer.alloc(48);
  head.write("NTLMSSP\0", "latin1");
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(NTLM_FLAGS, 20);
  head.writeUInt16LE(4, 40);
  head.writeUInt32LE(48, 44);
  return Buffer.concat([head, Buffer.alloc(4)]);
}

/** Speaks CredSSP up to the challenge, and lets `then` go on once it was answered. */
function afterChallenge(then: (tls: TLSSocket) => void): Promise<number> {
  return startMachine(SELECTS.nla, (tls) =>
    tls.once("data", () => {
      tls.once("data", () => then(tls));
      tls.write(encodeTsRequest({ version: 6, negoToken: challenge() }));
    }),
  );
}

describe("a hostile RDP machine costs its own tunnel and no memory", () => {
  const noise = Buffer.alloc(64 * 1024, 0x41);
  const tpkts = Buffer.concat(Array.from({ length: 4_000 }, () => hex("0300000802f08021")));
  const wrongKey = encodeTsRequest({ version: 6, pubKeyAuth: new Uint8Array(48) });
  const write = (bytes: Uint8Array) => (tls: TLSSocket) => void tls.write(bytes);

  it.each([
    ["with its confirm", () => floodInClear(Buffer.alloc(0), noise), "target_protocol_error"],
    ["with a confirm that never ends", () => floodInClear(hex("030001ff"), noise), "target_protocol_error"],
    ["after its confirm", () => floodInClear(SELECTS.tls, noise), "target_protocol_error"],
    [
      "in place of a challenge",
      () => startMachine(SELECTS.nla, (tls) => flood(tls, noise)),
      "target_protocol_error",
    ],
    [
      "with a challenge that never ends",
      () => startMachine(SELECTS.nla, (tls) => flood(tls, Buffer.concat([hex("3082ffff"), noise]))),
      "target_protocol_error",
    ],
    ["in place of a proof", () => afterChallenge((tls) => flood(tls, noise)), "target_protocol_error"],
    ["with a proof of another key", () => afterChallenge(write(wrongKey)), "target_protocol_error"],
    [
      "with a refusal in the end",
      () => afterChallenge(write(encodeTsRequest({ version: 6, errorCode: 0xc0000234 }))),
      "target_account_locked",
    ],
    ["by leaving before the proof", () => afterChallenge((tls) => tls.end()), "target_authentication_failed"],
    [
      "in place of its settings",
      () => startMachine(SELECTS.tls, (tls) => flood(tls, noise)),
      "target_protocol_error",
    ],
    [
      "with settings that do not add up",
      () => startMachine(SELECTS.tls, write(hex("0300000d02f0807f6682000100"))),
      "target_protocol_error",
    ],
    [
      "with a TPKT shorter than its header",
      () => startMachine(SELECTS.tls, write(hex("0300000200000000"))),
      "target_protocol_error",
    ],
  ] as const)("%s", async (_what, start, reason) => {
    const port = await start();
    const before = process.memoryUsage().rss;
    expect((await connect(port)).reason).toBe(reason);
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
    nothingSecretLeft();
  });

  it("though its viewer does not read", async () => {
    const port = await startMachine(SELECTS.tls, (tls) => flood(tls, tpkts));
    gateway = await startGateway();
    const { ticket } = await gateway.reserve({ port }, { protocol: "rdp", credential: CREDENTIAL });
    const socket = gateway.connect(ticket);
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on("open", () => socket.send(request()));
    socket.once("message", () => {
      socket.pause();
      resolve();
    });
    await promise;
    const before = process.memoryUsage().rss;
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
    // What all buffers together take is sent within this time; without a bound it would be far more.
    setTimeout(leave, 500);
    await gone;
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
    socket.terminate();
  });
});

describe("a viewer that is no RDP client", () => {
  it.each([
    ["garbage", [Buffer.from("GET / HTTP/1.1\r\n\r\n")]],
    ["an announcement of megabytes", [hex("3083ffffff")]],
    ["a request in a request", [Buffer.concat([request(), request()])]],
  ])("with %s is sent away", async (_what, send) => {
    const port = await startMachine(SELECTS.tls, () => {});
    expect((await connect(port, { send })).reason).toBe("viewer_protocol_error");
  });

  it("may send its request in single bytes, but must then send its settings", async () => {
    const port = await startMachine(SELECTS.tls, (tls) => tls.resume());
    gateway = await startGateway();
    const { ticket } = await gateway.reserve({ port }, { protocol: "rdp" });
    const socket = gateway.connect(ticket);
    socket.on("open", () => {
      for (const byte of request()) socket.send(Buffer.from([byte]));
    });
    socket.once("message", () => socket.send(Buffer.from("no settings")));
    const { promise, resolve } = Promise.withResolvers<number>();
    socket.on("close", resolve);
    expect(await promise).toBe(4007);
  });
});
