/** One datagram to everybody on a network. */
import { createSocket } from "node:dgram";

/** Resolves with what went wrong, if anything did. */
export function broadcast(
  packet: Uint8Array,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const end = (failure: string | undefined) => {
      socket.close();
      resolve(failure);
    };
    socket.once("error", (cause) => end(cause.message));
    socket.bind(0, () => {
      try {
        socket.setBroadcast(true);
        socket.send(packet, port, address, (cause) => end(cause?.message));
      } catch (cause) {
        end(cause instanceof Error ? cause.message : "unknown");
      }
    });
  });
}
