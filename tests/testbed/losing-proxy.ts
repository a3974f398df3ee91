/** A way to PostgreSQL that passes everything on, and once, when told to, loses the server's answer to a commit. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface LosingProxy {
  readonly port: number;
  /** The next commit reaches the server, and its answer never the client: the connection breaks. Settles when it has. */
  loseNextCommit(): Promise<void>;
  close(): Promise<void>;
}

/** `commit` as a simple query of the protocol (postgresql.org/docs/current/protocol-message-formats.html): Q, length, text, NUL. */
const COMMIT = Buffer.from("Q\0\0\0\x0bcommit\0", "latin1");

export async function startLosingProxy(serverPort: number): Promise<LosingProxy> {
  let onLost: (() => void) | undefined;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, "127.0.0.1");
    const cut = () => {
      for (const socket of [client, upstream]) {
        open.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", cut).on("close", cut);
    }
    let isToBeLost: (() => void) | undefined;
    client.on("data", (piece) => {
      if (onLost && piece.includes(COMMIT)) {
        isToBeLost = onLost;
        onLost = undefined;
      }
      upstream.write(piece);
    });
    upstream.on("data", (piece) => {
      if (!isToBeLost) {
        client.write(piece);
        return;
      }
      // The server has answered, so the commit is done.
      cut();
      isToBeLost();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  return {
    port,
    loseNextCommit: () =>
      new Promise((resolve) => {
        onLost = resolve;
      }),
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
