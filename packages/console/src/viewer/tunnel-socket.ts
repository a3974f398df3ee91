/** Opens a tunnel's WebSocket and tells how it ended, whoever else listens to it. */
import type { SurfaceEnding, TunnelAddress } from "./surface.ts";

interface TunnelSocket {
  readonly socket: WebSocket;
  /** Settles when the socket is closed, by either end or by the network. */
  readonly closed: Promise<SurfaceEnding>;
}

export function openTunnelSocket({ url, subprotocols }: TunnelAddress): TunnelSocket {
  const socket = new WebSocket(url, [...subprotocols]);
  socket.binaryType = "arraybuffer";
  let wasOpen = false;
  socket.addEventListener("open", () => {
    wasOpen = true;
  });
  const closed = new Promise<SurfaceEnding>((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve({ at: "socket", closeCode: code, wasOpen }));
  });
  return { socket, closed };
}
