/** Accepting sockets, looking at their first bytes, and starting TLS on them. */
import type { Socket } from "node:net";
import { createServer, Socket as NetSocket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { NodeConnection } from "./node-connection.ts";
import { plainAddress } from "./plain-address.ts";
import type { Accepted, Connection, ListenAddress, Listening, TlsMaterial } from "./transport.ts";

const BACKLOG = 4096;

/** Opens a listening socket. `onAccept` must not throw. Rejects where the address cannot be had. */
export async function listen(
  address: ListenAddress,
  onAccept: (accepted: Accepted) => void,
): Promise<Listening> {
  try {
    return await listenAt(address, onAccept);
  } catch (cause) {
    // "Every address" of a host without IPv6 is every IPv4 address.
    if (address.host !== "::" || !isNoIpv6(cause)) throw cause;
    return listenAt({ ...address, host: "0.0.0.0" }, onAccept);
  }
}

function isNoIpv6(cause: unknown): boolean {
  return (
    cause instanceof Error &&
    "code" in cause &&
    (cause.code === "EAFNOSUPPORT" || cause.code === "EADDRNOTAVAIL")
  );
}

function listenAt(address: ListenAddress, onAccept: (accepted: Accepted) => void): Promise<Listening> {
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, (socket) =>
    onAccept({ remoteAddress: plainAddress(socket.remoteAddress), socket }),
  );
  const { promise, resolve, reject } = Promise.withResolvers<Listening>();
  server.once("error", reject);
  server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, () => {
    server.off("error", reject);
    // Running out of file descriptors must not end the program; the accept is tried again.
    server.on("error", () => {});
    const bound = server.address();
    const port = typeof bound === "object" && bound ? bound.port : address.port;
    resolve({
      address: { host: address.host, port },
      close: () => new Promise((done) => server.close(() => done())),
    });
  });
  return promise;
}

/**
 * Shows the bytes that have come so far to `judge` until it gives a verdict, puts them back for whoever reads next, and
 * calls `then`: with the verdict and what it was given for, or with `undefined` when the peer went away first.
 * Deadlines are the caller's.
 */
export function peek<Verdict>(
  socket: Socket,
  judge: (bytes: Uint8Array) => Verdict | undefined,
  then: (verdict: Verdict | undefined, bytes: Buffer) => void,
): void {
  let held: Buffer = Buffer.alloc(0);
  const stop = () => {
    socket.off("readable", look);
    socket.off("end", gone);
    socket.off("close", gone);
  };
  const gone = () => {
    stop();
    then(undefined, held);
  };
  const look = () => {
    const bytes: Buffer | null = socket.read();
    if (bytes === null) return;
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const verdict = judge(held);
    if (verdict === undefined) return;
    stop();
    // Putting bytes back makes the socket readable again, so nobody here may be listening any more.
    socket.unshift(held);
    then(verdict, held);
  };
  socket.on("readable", look);
  socket.on("end", gone);
  socket.on("close", gone);
}

/** What TLS servers share; made anew when the certificate changes. Throws where key and certificate do not fit. */
export function tlsContext(material: TlsMaterial): SecureContext {
  return createSecureContext({
    key: material.key,
    cert: material.certificate,
    minVersion: "TLSv1.2",
    honorCipherOrder: true,
  });
}

/** Ends TLS on an accepted socket, whose first bytes may be peeked already. Handshake deadlines are the caller's. */
export function startTls(
  socket: Socket,
  context: SecureContext,
  on: { readonly secure: (tls: TLSSocket) => void; readonly failed: (cause: Error) => void },
): void {
  const tls = new TLSSocket(socket, { isServer: true, secureContext: context, ALPNProtocols: ["http/1.1"] });
  const onError = (cause: Error) => on.failed(cause);
  tls.once("error", onError);
  tls.once("secure", () => {
    tls.off("error", onError);
    on.secure(tls);
  });
}

/** The socket of an HTTP upgrade as a connection; `head` is what came after the request. */
export function adoptUpgraded(socket: Socket, head: Buffer): Connection {
  return new NodeConnection(socket, { early: head });
}

/** Node's HTTP server hands its sockets on as streams in general. */
export function asSocket(stream: Duplex): Socket {
  if (!(stream instanceof NetSocket)) throw new TypeError("an upgraded socket is a socket");
  return stream;
}
