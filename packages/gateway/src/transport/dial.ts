/** Connects to one address that was checked before; names are never resolved here. */
import { connect } from "node:net";
import { NodeConnection } from "./node-connection.ts";
import { readSpace } from "./read-buffer.ts";
import type { Connection, ListenAddress } from "./transport.ts";

/** Resolves when connected; rejects with the system's error, the signal's reason, or because the time was up. */
export function dial(
  address: ListenAddress,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Connection> {
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
  const settle = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    socket.off("error", onError);
  };
  const giveUp = (reason: unknown) => {
    settle();
    socket.on("error", () => {});
    socket.destroy();
    reject(reason);
  };
  const onAbort = () => giveUp(signal.reason);
  const onError = (error: Error) => {
    settle();
    reject(error);
  };
  // One plain timer: a signal of its own per dial would cost a tenth of the whole set-up.
  const timer = setTimeout(() => giveUp(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  signal.addEventListener("abort", onAbort, { once: true });
  socket.once("error", onError);
  socket.once("connect", () => {
    settle();
    connection = new NodeConnection(socket, { readsIntoShared: true });
    resolve(connection);
  });
  if (signal.aborted) onAbort();
  return promise;
}
