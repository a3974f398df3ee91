/**
 * The viewer's end of the SSH tunnel (docs/protocols/ssh-tunnel.md): frames in and out, and the credit for input.
 */
import {
  encodeViewerMessage,
  type GatewayMessage,
  MAX_PIECE_BYTES,
  parseGatewayMessage,
  TUNNEL_WINDOW,
  TunnelFrameReader,
  type ViewerMessage,
} from "@deskgate/wire";
import type { SurfaceEnding, TunnelAddress } from "../surface.ts";
import { openTunnelSocket } from "../tunnel-socket.ts";

/** Output is credited in lumps, not per frame. */
const CREDIT_LUMP_BYTES = TUNNEL_WINDOW.output / 8;
/** LIMIT: typed or pasted text that waits for the machine; more is dropped, and said so. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export interface TunnelEvents {
  readonly onMessage: (message: GatewayMessage) => void;
  readonly onEnded: (ending: SurfaceEnding) => void;
}

export class SshTunnel {
  readonly #socket: WebSocket;
  #inputCredit: number = TUNNEL_WINDOW.input;
  #input: Uint8Array[] = [];
  #waitingBytes = 0;
  #shownBytes = 0;

  constructor(address: TunnelAddress, events: TunnelEvents) {
    const { socket, closed } = openTunnelSocket(address);
    this.#socket = socket;
    const garbled = () => {
      socket.close();
      events.onEnded({ at: "garbled" });
    };
    const reader = new TunnelFrameReader({
      onFrame: (type, payload) => {
        const message = parseGatewayMessage(type, payload);
        if (message.type === "malformed") garbled();
        else if (message.type === "input-credit") this.#payInput(message.bytes);
        else events.onMessage(message);
      },
    });
    socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
      if (reader.feed(new Uint8Array(data)) !== undefined) garbled();
    });
    void closed.then(events.onEnded);
  }

  send(message: ViewerMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(encodeViewerMessage(message).slice());
  }

  /** Sends what was typed as far as the machine takes it; the rest follows. */
  type(bytes: Uint8Array): void {
    if (MAX_WAITING_BYTES < this.#waitingBytes + bytes.length) return;
    for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES)
      this.#input.push(bytes.subarray(at, at + MAX_PIECE_BYTES));
    this.#waitingBytes += bytes.length;
    this.#flushInput();
  }

  /** Output of so many bytes is on the screen. */
  shown(bytes: number): void {
    this.#shownBytes += bytes;
    if (this.#shownBytes < CREDIT_LUMP_BYTES) return;
    this.send({ type: "output-credit", bytes: this.#shownBytes });
    this.#shownBytes = 0;
  }

  close(): void {
    this.#socket.close();
  }

  #payInput(bytes: number): void {
    this.#inputCredit += bytes;
    this.#flushInput();
  }

  #flushInput(): void {
    for (let [next] = this.#input; next && 0 < this.#inputCredit; [next] = this.#input) {
      const bytes = next.subarray(0, this.#inputCredit);
      this.send({ type: "input", bytes });
      this.#inputCredit -= bytes.length;
      this.#waitingBytes -= bytes.length;
      if (bytes.length === next.length) this.#input.shift();
      else this.#input[0] = next.subarray(bytes.length);
    }
  }
}
