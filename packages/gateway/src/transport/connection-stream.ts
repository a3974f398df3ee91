/** A {@link Connection} as a Node stream, for libraries that want one. It takes over the connection's reading. */
import { Duplex } from "node:stream";
import type { Connection } from "./transport.ts";

type Done = (error?: Error | null) => void;

/** Backpressure passes both ways. Destroying the stream aborts the connection. */
export function streamOf(connection: Connection): Duplex {
  let onDrain: Done | undefined;
  const stream = new Duplex({
    read: () => connection.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (connection.write(chunk)) done();
      else onDrain = done;
    },
    final: (done) => {
      connection.end();
      done();
    },
    destroy: (error, done) => {
      if (!connection.isClosed) connection.abort();
      done(error);
    },
  });
  connection.receive({
    onBytes: (block, from, to) => {
      const bytes = block.subarray(from, to);
      // A block that is not ours is overwritten by the next read of any connection.
      if (!stream.push(connection.ownsBytes ? bytes : Buffer.from(bytes))) connection.pause();
    },
    onDrain: () => {
      const done = onDrain;
      onDrain = undefined;
      done?.();
    },
    onEnd: () => void stream.push(null),
    onClose: (cause) => stream.destroy(cause),
  });
  connection.resume();
  return stream;
}
