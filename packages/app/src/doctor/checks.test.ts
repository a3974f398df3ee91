import { createHash, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureSelfSigned } from "@deskgate/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkBroker } from "./check-broker.ts";
import { checkCertificate } from "./check-certificate.ts";
import { checkMachines } from "./check-machines.ts";
import { checkPort } from "./check-port.ts";
import { checkTime } from "./check-time.ts";

const DAY_MS = 86_400_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function someoneListens(
  onSocket: Parameters<typeof createServer>[1],
): Promise<{ port: number; close: () => void }> {
  const server = createServer(onSocket);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, close: () => server.close() };
}

describe("the doctor", () => {
  it("says when a port is free, and when another program has it", async () => {
    const other = await someoneListens((socket) => socket.end("not us\r\n").resume());
    expect(await checkPort({ host: "127.0.0.1", port: other.port })).toMatchObject({
      level: "bad",
      advice: expect.stringContaining("--listen"),
    });
    other.close();
    expect(await checkPort({ host: "127.0.0.1", port: other.port })).toMatchObject({ level: "good" });
    expect(await checkPort({ host: "203.0.113.7", port: other.port })).toMatchObject({ level: "bad" });
  });

  it("looks at the certificate's dates, its key, and whether it is there", async () => {
    const tls = {
      certificateFile: join(folder, "c.pem"),
      keyFile: join(folder, "k.pem"),
      isSelfSigned: true,
    };
    expect(await checkCertificate(tls, new Date())).toMatchObject([{ level: "good" }]);
    expect(await checkCertificate({ ...tls, isSelfSigned: false }, new Date())).toMatchObject([
      { level: "bad" },
    ]);
    await ensureSelfSigned(tls);
    expect(await checkCertificate(tls, new Date())).toMatchObject([
      { level: "good", text: expect.stringContaining("valid for") },
    ]);
    expect(await checkCertificate(tls, new Date(Date.now() + 390 * DAY_MS))).toMatchObject([
      { level: "warning" },
    ]);
    expect(await checkCertificate(tls, new Date(Date.now() + 400 * DAY_MS))).toMatchObject([
      { level: "bad", text: expect.stringContaining("expired") },
    ]);
    expect(await checkCertificate(tls, new Date(Date.now() - 9 * DAY_MS))).toMatchObject([
      { level: "bad", advice: expect.stringContaining("clock") },
    ]);
    const other = { certificateFile: join(folder, "c2.pem"), keyFile: join(folder, "k2.pem") };
    await ensureSelfSigned(other);
    expect(await checkCertificate({ ...tls, keyFile: other.keyFile }, new Date())).toMatchObject([
      { level: "bad", text: expect.stringContaining("do not belong together") },
    ]);
    await writeFile(tls.certificateFile, "nonsense");
    expect(await checkCertificate(tls, new Date())).toMatchObject([{ level: "bad" }]);
  });

  it("mistrusts a clock that is behind what the database has seen", () => {
    const now = Date.UTC(2026, 10, 21);
    expect(checkTime(now - 1000, now)).toMatchObject([{ level: "good" }]);
    expect(checkTime(undefined, now)).toMatchObject([{ level: "good" }]);
    expect(checkTime(now + DAY_MS, now)).toMatchObject([{ level: "bad" }]);
    expect(checkTime(undefined, 0)).toMatchObject([{ level: "bad" }]);
  });

  it("dials every machine and says which do not answer", async () => {
    const machine = await someoneListens((socket) => socket.end("RFB 003.008\n"));
    const at = (port: number) => ({
      machineName: `at ${port}`,
      protocol: "vnc" as const,
      target: { host: "127.0.0.1", port, isDeclaredLocal: true },
    });
    const [good] = await checkMachines([at(machine.port)]);
    machine.close();
    const [bad] = await checkMachines([at(machine.port)]);
    expect(good).toMatchObject({ level: "good" });
    expect(bad).toMatchObject({ level: "bad", advice: expect.stringContaining("firewall") });
  });

  it("asks a gateway's broker for its certificate and its clock", async () => {
    const files = { certificateFile: join(folder, "b.pem"), keyFile: join(folder, "bk.pem") };
    await ensureSelfSigned(files);
    const [cert, key] = await Promise.all([readFile(files.certificateFile), readFile(files.keyFile)]);
    const broker = createHttpsServer(
      { cert, key },
      (_request, response) => void response.writeHead(403).end(),
    );
    await new Promise<void>((done) => broker.listen(0, "127.0.0.1", done));
    const address = broker.address();
    const at = { host: "127.0.0.1", port: typeof address === "object" && address ? address.port : 0 };
    const fingerprint = createHash("sha256").update(new X509Certificate(cert).raw).digest("hex");
    const pinned = { kind: "pinned", fingerprint } as const;
    expect((await checkBroker(at, pinned, Date.now())).map(({ level }) => level)).toEqual([
      "good",
      "good",
      "good",
    ]);
    const late = await checkBroker(at, pinned, Date.now() + 120_000);
    expect(late[2]).toMatchObject({
      level: "bad",
      subject: "Clock",
      text: expect.stringMatching(/^is 12\d s before/),
    });
    const old = await checkBroker(at, pinned, Date.now() + 390 * DAY_MS);
    expect(old[1]).toMatchObject({ level: "warning", advice: expect.stringContaining("Renew") });
    const other = await checkBroker(at, { kind: "pinned", fingerprint: "00".repeat(32) }, Date.now());
    expect(other).toMatchObject([{ level: "bad", text: expect.stringContaining(fingerprint) }]);
    broker.close();
    broker.closeAllConnections();
    const away = await checkBroker(at, pinned, Date.now());
    expect(away).toMatchObject([
      { level: "bad", subject: "Broker", advice: expect.stringContaining("8444") },
    ]);
  });
});
