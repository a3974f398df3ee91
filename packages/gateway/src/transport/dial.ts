/** Connects to one address that was checked before; names are never resolved here. */
import { connect } from "node:net";
import { NodeConnection } from "./node-connection.ts";
import { readSpace } from "./read-buffer.ts";
import type { Connection, ListenAddress } from "./transport.ts";

/** Resolves when connected; rejects with the system's error, or the signal's reason. */
export function dial(address: ListenAddress, signal: AbortSignal): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  let connection: NodeConnection | undefined;
  const socket = connect({
    host: address.host,
    port: address.port,
    noDelay: true,
    keepAlive: true,
    allowHalfOpen: true,
    // Nothing is read before someone receives: the pause below holds until then.
    onread: { buffer: () => readSpace, callback: (length) => connection?.onSharedRead(length) ?? false },
  });
  socket.pause();
  const giveUp = () => {
    socket.destroy();
    reject(signal.reason);
  };
  const onError = (error: Error) => {
    signal.removeEventListener("abort", giveUp);
    reject(error);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  socket.once("error", onError);
  socket.once("connect", () => {
    signal.removeEventListener("abort", giveUp);
    socket.off("error", onError);
    connection = new NodeConnection(socket, { readsIntoShared: true });
    resolve(connection);
  });
  if (signal.aborted) giveUp();
  return promise;
}
