/**
 * spice-html5 opens a WebSocket per channel by itself and knows no tickets: in its frame, every WebSocket is one of the
 * connection's tunnels.
 */
import type { SurfaceEnding, TunnelAddress } from "../surface.ts";

/** Replaces the frame's WebSocket. `onFirstClosed`: the first tunnel is gone, and with it the connection. */
export function installTicketSocket(
  tunnel: TunnelAddress,
  onFirstClosed: (ending: SurfaceEnding) => void,
): void {
  let isFirst = true;
  window.WebSocket = class extends WebSocket {
    constructor() {
      super(tunnel.url, [...tunnel.subprotocols]);
      if (!isFirst) return;
      isFirst = false;
      let wasOpen = false;
      this.addEventListener("open", () => {
        wasOpen = true;
      });
      this.addEventListener("close", ({ code }) => onFirstClosed({ at: "socket", closeCode: code, wasOpen }));
    }
  };
}
