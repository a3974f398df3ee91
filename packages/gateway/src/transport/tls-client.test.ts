import { spawnSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { portOf } from "../testing.ts";
import { dial } from "./dial.ts";
import { createTargetTls } from "./tls-client.ts";
import type { Connection } from "./transport.ts";

let folder: string;
let server: Server;
let certificate: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deskgate-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=desk"];
  spawnSync("openssl", [...args, "-addext", "subjectAltName=DNS:desk.lab", "-keyout", key, "-out", cert]);
  certificate = readFileSync(cert, "utf8");
  server = createServer({ key: readFileSync(key), cert: certificate }, (socket) => socket.pipe(socket));
  server.on("tlsClientError", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function secure(authorities: readonly string[], host = "desk.lab") {
  const signal = AbortSignal.timeout(5_000);
  const connection = await dial({ host: "127.0.0.1", port: portOf(server) }, { signal, timeoutMs: 5_000 });
  return createTargetTls(authorities).start(connection, { host, signal });
}

function echo(connection: Connection, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  connection.receive({
    onBytes: (block, from, to) => resolve(Buffer.from(block.subarray(from, to)).toString()),
    onDrain: () => {},
    onEnd: () => {},
    onClose: () => resolve("closed"),
  });
  connection.write(Buffer.from(text));
  return promise;
}

it("secures a dialled connection and tells who is there", async () => {
  const secured = await secure([]);
  const der = new X509Certificate(certificate).raw;
  expect(secured.fingerprint).toBe(createHash("sha256").update(der).digest("hex"));
  expect(secured.certificates).toEqual([der]);
  expect(secured.description).toMatch(/^CN=desk; issued by CN=desk; valid to /);
  expect(secured.isAuthorityVerified).toBe(false);
  expect(await echo(secured.connection, "hello")).toBe("hello");
  secured.connection.abort();
});

it("believes an authority it was given, for the host that the certificate names", async () => {
  const right = await secure([certificate]);
  const wrong = await secure([certificate], "other.lab");
  expect([right.isAuthorityVerified, wrong.isAuthorityVerified]).toEqual([true, false]);
  right.connection.abort();
  wrong.connection.abort();
});

it("rejects where the machine goes away, and where it takes too long", async () => {
  const { createServer: createPlain } = await import("node:net");
  const closing = createPlain((socket) => socket.destroy()).listen(0, "127.0.0.1");
  const silent = createPlain((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  for (const [target, deadlineMs] of [
    [closing, 5_000],
    [silent, 200],
  ] as const) {
    if (!target.listening) await new Promise((done) => target.once("listening", done));
    const connection = await dial(
      { host: "127.0.0.1", port: portOf(target) },
      { signal: AbortSignal.timeout(5_000), timeoutMs: 5_000 },
    );
    const signal = AbortSignal.timeout(deadlineMs);
    await expect(createTargetTls().start(connection, { host: "desk.lab", signal })).rejects.toThrow();
    target.close();
  }
});
