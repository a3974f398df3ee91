import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type Server, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureSelfSigned } from "../listener/certificate.ts";
import { portOf } from "../testing.ts";
import { NodeConnection } from "./node-connection.ts";
import { READ_HEAD_ROOM_BYTES, readBlock } from "./read-buffer.ts";

let folder: string;
let server: Server;
let accepted: PromiseWithResolvers<TLSSocket>;
const sockets: TLSSocket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deskgate-lend-"));
  const files = { keyFile: join(folder, "key.pem"), certificateFile: join(folder, "certificate.pem") };
  await ensureSelfSigned(files);
  const material = { key: readFileSync(files.keyFile), cert: readFileSync(files.certificateFile) };
  server = createServer({ ...material, allowHalfOpen: true }, (socket) => accepted.resolve(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

/** A TLS client, and what the server's side of it received. */
async function pair() {
  accepted = Promise.withResolvers();
  const client = connect({ port: portOf(server), host: "127.0.0.1", rejectUnauthorized: false });
  client.on("error", () => {});
  const socket = await accepted.promise;
  sockets.push(socket);
  const blocks: Uint8Array[] = [];
  const ended = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<Error | undefined>();
  let text = "";
  const connection = new NodeConnection(socket);
  const receiver = {
    onBytes: (block: Uint8Array, from: number, to: number) => {
      blocks.push(block);
      text += Buffer.from(block.subarray(from, to)).toString();
    },
    onDrain: () => {},
    onEnd: () => ended.resolve(),
    onClose: (cause: Error | undefined) => closed.resolve(cause),
  };
  const heard = (expected: string) => expect.poll(() => text).toBe(expected);
  return {
    client,
    socket,
    connection,
    receiver,
    blocks,
    heard,
    ended: ended.promise,
    closed: closed.promise,
  };
}

it("reads into the shared buffer once lent, on the Node this project pins", async () => {
  const { client, connection, receiver, blocks, heard, ended } = await pair();
  connection.receive(receiver);
  client.write("owned ");
  await heard("owned ");
  expect(connection.ownsBytes).toBe(true);
  expect(blocks[0]).not.toBe(readBlock);

  connection.lend();
  expect(connection.ownsBytes).toBe(false);
  client.write("lent");
  await heard("owned lent");
  expect(blocks.at(-1)).toBe(readBlock);
  expect(readBlock.toString("latin1", READ_HEAD_ROOM_BYTES, READ_HEAD_ROOM_BYTES + 4)).toBe("lent");

  client.end();
  await ended;
  connection.abort();
});

it("holds what comes while paused, in order", async () => {
  const { client, connection, receiver, heard } = await pair();
  connection.receive(receiver);
  connection.lend();
  client.write("1");
  await heard("1");
  connection.pause();
  client.write("2");
  client.write("3");
  await new Promise((done) => setTimeout(done, 50));
  connection.resume();
  await heard("123");
  client.destroy();
});

it("keeps owning while bytes wait that came before", async () => {
  const { client, socket, connection, receiver, heard } = await pair();
  client.write("early ");
  socket.read(0);
  await expect.poll(() => socket.readableLength).toBe(6);
  connection.lend();
  expect(connection.ownsBytes).toBe(true);
  connection.receive(receiver);
  client.write("late");
  await heard("early late");
  client.destroy();
});

it("says when a lent connection is lost, and lends nothing any more", async () => {
  const { client, socket, connection, receiver, closed } = await pair();
  connection.receive(receiver);
  connection.lend();
  socket.destroy(new Error("cut"));
  expect(await closed).toMatchObject({ message: "cut" });
  expect(() => connection.lend()).not.toThrow();
  client.destroy();
});
