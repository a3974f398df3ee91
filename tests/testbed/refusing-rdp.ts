/**
 * Not a real machine: the beginning of one with network level authentication that refuses everybody with an NTSTATUS of
 * the test's choice. FreeRDP's server knows no locked accounts and xrdp has no network level authentication, so no real
 * server here says what a Windows machine says of a locked account (MS-CSSP §2.2.1, `errorCode`).
 *
 * It speaks X.224, TLS and CredSSP as far as that: the client's negotiation is answered with an NTLM challenge
 * (MS-NLMP §2.2.1.2), its authentication with the status. It looks at no password.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SecureContextOptions, TLSSocket } from "node:tls";
import { encodeTsRequest, NTLM_FLAGS, readTsRequest } from "@deskgate/wire";
import { makeCertificate } from "./certificate.ts";
import { freePort } from "./peer.ts";

export interface RefusingMachine {
  readonly port: number;
  /** NTSTATUS of all refusals from now on. */
  refuseWith(status: number): void;
  stop(): Promise<void>;
}

/** An X.224 connection confirm that selects CredSSP (MS-RDPBCGR §2.2.1.2.1). */
const SELECTS_CREDSSP = Buffer.from("030000130ed000001234000200080002000000", "hex");
const VERSION = 6;

export async function startRefusingRdp(): Promise<RefusingMachine> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-refusing-"));
  const [keyFile, certificateFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  makeCertificate(keyFile, certificateFile, "desk-refusing");
  const secrets = { key: await readFile(keyFile), cert: await readFile(certificateFile) };
  await rm(folder, { recursive: true });
  let status = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => refuse(socket, secrets, () => status));
  });
  const port = await freePort();
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    port,
    refuseWith: (chosen) => {
      status = chosen;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function refuse(socket: Socket, secrets: SecureContextOptions, status: () => number): void {
  socket.write(SELECTS_CREDSSP);
  const tls = new TLSSocket(socket, { isServer: true, ...secrets });
  tls.on("error", () => {});
  let held = Buffer.alloc(0);
  let isChallenged = false;
  tls.on("data", (piece: Buffer) => {
    held = Buffer.concat([held, piece]);
    const reading = readTsRequest(held);
    if (reading.at !== "read") return;
    held = held.subarray(reading.size);
    const answer = isChallenged ? { errorCode: status() } : { negoToken: ntlmChallenge() };
    isChallenged = true;
    tls.write(encodeTsRequest({ version: VERSION, ...answer }));
  });
}

/** NTLMSSP_NEGOTIATE_TARGET_INFO and NTLMSSP_TARGET_TYPE_SERVER. */
const SERVER_FLAGS = 0x00820000;
/** AV_PAIR ids (MS-NLMP §2.2.2.1). */
const AV = { end: 0, computer: 1, domain: 2, timestamp: 7 } as const;
const HEAD_BYTES = 56;
/** From 1601 to 1970, in FILETIME's hundreds of nanoseconds. */
const EPOCH_TICKS = 116_444_736_000_000_000n;

function ntlmChallenge(): Buffer {
  const name = Buffer.from("MACHINE", "utf16le");
  const now = Buffer.alloc(8);
  now.writeBigUInt64LE(BigInt(Date.now()) * 10_000n + EPOCH_TICKS);
  const info = Buffer.concat([
    ...[pair(AV.domain, name), pair(AV.computer, name), pair(AV.timestamp, now)],
    pair(AV.end, Buffer.alloc(0)),
  ]);
  const head = Buffer.alloc(HEAD_BYTES);
  head.write("NTLMSSP\0", "latin1");
  head.writeUInt32LE(2, 8); // CHALLENGE_MESSAGE
  writeField(head, 12, { length: name.length, at: HEAD_BYTES });
  head.writeUInt32LE((NTLM_FLAGS | SERVER_FLAGS) >>> 0, 20);
  randomBytes(8).copy(head, 24);
  writeField(head, 40, { length: info.length, at: HEAD_BYTES + name.length });
  head.set([10, 0, 0x61, 0x4a, 0, 0, 0, 15], 48);
  return Buffer.concat([head, name, info]);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function writeField(
  head: Buffer,
  offset: number,
  { length, at }: { readonly length: number; readonly at: number },
): void {
  head.writeUInt16LE(length, offset);
  head.writeUInt16LE(length, offset + 2);
  head.writeUInt32LE(at, offset + 4);
}
