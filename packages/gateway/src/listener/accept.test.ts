/** The one port against clients that send too little, too much, or the wrong thing. */
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayUnderTest, portOf, startGateway } from "../testing.ts";
import { ensureSelfSigned } from "./certificate.ts";
import { createHttpEntry } from "./http-entry.ts";

const DEADLINE_MS = 400;
let rig: GatewayUnderTest;
beforeAll(async () => {
  rig = await startGateway({ firstBytesDeadlineMs: DEADLINE_MS });
});
afterAll(() => rig.close());

const port = () => rig.gateway.address.port;
const plain = () => connect(port(), "127.0.0.1");

async function everything(socket: Socket): Promise<string> {
  let all = "";
  socket.setEncoding("latin1");
  socket.on("data", (piece: string) => {
    all += piece;
  });
  socket.on("error", () => {});
  await once(socket, "close");
  return all;
}

function ask(path = "/"): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const asked = request(
      { host: "127.0.0.1", port: port(), path, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        done(response.statusCode);
      },
    );
    asked.on("error", fail);
    asked.end();
  });
}

async function openTls(): Promise<TLSSocket> {
  const socket = connectTls({ host: "127.0.0.1", port: port(), rejectUnauthorized: false });
  await once(socket, "secureConnect");
  return socket;
}

describe("first bytes", () => {
  it("of plain HTTP are told where the door is", async () => {
    const socket = plain();
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 400 [\s\S]*HTTPS only/);
  });

  it.each([
    ["SSH", "SSH-2.0-x\r\n"],
    ["raw RDP", "\x03\x00\x00\x13\x0e"],
    ["nonsense", "\x00\x01\x02\x03\x04"],
    ["a lower-case word", "hello"],
  ])("of %s get no answer and a closed connection, noted as an ordinary thing", async (_name, text) => {
    rig.log.lines.length = 0;
    const socket = plain();
    socket.write(Buffer.from(text, "latin1"));
    expect(await everything(socket)).toBe("");
    expect(rig.log.lines.map(({ level }) => level)).toEqual(["debug"]);
  });

  it("that are garbage never disturb the next one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 600 }), async (bytes) => {
        const socket = plain();
        socket.on("error", () => {});
        socket.end(bytes);
        socket.resume();
        await once(socket, "close");
      }),
      { numRuns: 100 },
    );
    expect(await ask()).toBe(200);
  });

  it("that come one at a time are waited for", async () => {
    const raw = plain();
    const socket = connectTls({ socket: dripping(raw), rejectUnauthorized: false });
    await once(socket, "secureConnect");
    for (const character of "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") socket.write(character);
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ["nothing at all", ""],
    ["half a mark", "\x16"],
    ["half a TLS record", "\x16\x03\x01\x02\x00\x01"],
  ])("that never come (%s) end at the deadline", async (_name, text) => {
    const socket = plain();
    const began = performance.now();
    if (text !== "") socket.write(Buffer.from(text, "latin1"));
    await everything(socket);
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 1500);
  });

  it("that never come inside TLS end at the deadline", async () => {
    const socket = await openTls();
    const began = performance.now();
    socket.write("GE");
    await everything(socket);
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS + 1500);
  });
});

/** A stream that lets every byte through on its own. */
function dripping(raw: Socket): Socket {
  raw.setNoDelay(true);
  const write = raw.write.bind(raw);
  raw.write = ((chunk: Buffer, ...rest: unknown[]) => {
    const callback = rest.find((argument) => typeof argument === "function") as (() => void) | undefined;
    for (const byte of chunk.subarray(0, 40)) write(Buffer.of(byte));
    return write(chunk.subarray(40), callback);
  }) as typeof raw.write;
  return raw;
}

describe("half-open connections", () => {
  it("never keep others from being served", async () => {
    const silent = Array.from({ length: 200 }, plain);
    await Promise.all(silent.map((socket) => once(socket, "connect")));
    const began = performance.now();
    expect(await ask()).toBe(200);
    expect(performance.now() - began).toBeLessThan(DEADLINE_MS);
    for (const socket of silent) socket.destroy();
  });
});

describe("HTTP inside TLS", () => {
  it("with too large headers gets 431 and a code", async () => {
    const socket = await openTls();
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${"a".repeat(20_000)}\r\n\r\n`);
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 431 [\s\S]*headers_too_large/);
  });

  it("that is malformed gets 400 and a code, and no stack", async () => {
    const socket = await openTls();
    socket.write("GET / HTTP/9.9\r\n\r\n");
    const answer = await everything(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*request_malformed/);
    expect(answer).not.toMatch(/node:|\.ts:/);
  });

  it.each([
    [
      "both lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"],
    ["a bare line feed", "GET / HTTP/1.1\nHost: x\n\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
  ])("with %s is refused (request smuggling)", async (_name, text) => {
    const socket = await openTls();
    socket.write(text);
    expect(await everything(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("headers that come too slowly", () => {
  it("end the connection, on the first request and on the next", async () => {
    const http = createHttpEntry({
      onRequest: (_request, response) => response.end("ok"),
      onUpgrade: () => {},
      log: rig.log,
      deadlines: { headersMs: 200, checkIntervalMs: 50 },
    });
    const server = createServer((socket) => http.emit("connection", socket));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const slow = (text: string) => {
      const socket = connect(portOf(server), "127.0.0.1");
      socket.write(text);
      return everything(socket);
    };
    expect(await slow("GET / HTTP/1.1\r\nHo")).toMatch(/^HTTP\/1\.1 400/);
    expect(await slow("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHo")).toMatch(
      /^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 400/,
    );
    server.close();
    http.close();
  });
});

describe("an address for both families", () => {
  it("serves IPv6 and IPv4 alike, and names IPv4 viewers by their IPv4 address", async () => {
    const both = await startGateway({ host: "::" });
    for (const host of ["127.0.0.1", "::1"]) {
      const socket = connect(both.gateway.address.port, host);
      socket.write("nonsense");
      await everything(socket);
    }
    expect(both.log.lines.map(({ fields }) => fields.viewerAddress)).toEqual(["127.0.0.1", "::1"]);
    await both.close();
  });
});

describe("limits", () => {
  it("refuse the connection that is one too many, and take the next when one has left", async () => {
    const small = await startGateway({ limits: { total: 3, perAddress: 3 } });
    const open = () => connect(small.gateway.address.port, "127.0.0.1").on("error", () => {});
    const first = [open(), open(), open()];
    await Promise.all(first.map((socket) => once(socket, "connect")));
    await sleep(50);
    const refused = open();
    await new Promise((done) => refused.once("close", done));
    expect(small.log.lines.find(({ fields }) => fields.code === "too_many_connections")).toBeDefined();
    first[0]?.destroy();
    await sleep(50);
    const next = open();
    await once(next, "connect");
    await sleep(50);
    expect(next.destroyed).toBe(false);
    for (const socket of [...first, next]) socket.destroy();
    await small.close();
  });
});

describe("the certificate", () => {
  it("is taken up when its files change, and kept when the new ones are broken", async () => {
    const before = (await openTls()).getPeerX509Certificate()?.fingerprint256;
    const { keyFile, certificateFile } = rig.certificateFiles;
    await writeFile(certificateFile, "broken");
    await rig.certificate.reload();
    expect((await openTls()).getPeerX509Certificate()?.fingerprint256).toBe(before);
    expect(
      rig.log.lines.some(({ level, message }) => level === "error" && message.startsWith("Certificate")),
    ).toBe(true);
    const fresh = { keyFile: `${keyFile}.new`, certificateFile: `${certificateFile}.new` };
    await ensureSelfSigned(fresh);
    await rename(fresh.keyFile, keyFile);
    await rename(fresh.certificateFile, certificateFile);
    await rig.certificate.reload();
    const after = (await openTls()).getPeerX509Certificate();
    expect(after?.fingerprint256).not.toBe(before);
    expect(after?.subjectAltName).toContain("localhost");
  });
});
