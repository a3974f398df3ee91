/** RFB peers for tests: messages and rectangles written by hand from RFC 6143 and rfbproto, and a note of what a framer said. */
import { latin1, writeU16, writeU32 } from "../bytes/big-endian.ts";
import { chunked, joined } from "../bytes/testing.ts";
import { advanceClient, CLIENT_BEGIN, type ClientOptions, type ClientState } from "./client-handshake.ts";
import { type ClientMessage, ClientMessageFramer } from "./client-messages.ts";
import { CHALLENGE_BYTES, type Step } from "./handshake-step.ts";
import type { Rectangle } from "./rectangle-data.ts";
import { advanceServer, SERVER_BEGIN, type ServerSecurity, type ServerState } from "./server-handshake.ts";
import { type ServerMessage, ServerMessageFramer } from "./server-messages.ts";

export interface Framed<Message> {
  readonly messages: readonly (Message & { readonly begin: number; readonly end: number })[];
  readonly rectangles: readonly Rectangle[];
  readonly failure: string | undefined;
  readonly position: number;
}

/** Feeds a server's stream cut at `cuts`. `prepare` may set a pixel format before anything but ServerInit is fed. */
export function framedServer(
  stream: Uint8Array,
  cuts: readonly number[] = [],
  prepare: (framer: ServerMessageFramer) => void = () => {},
): Framed<ServerMessage> {
  const messages: (ServerMessage & { begin: number; end: number })[] = [];
  const rectangles: Rectangle[] = [];
  const framer: ServerMessageFramer = new ServerMessageFramer({
    onMessage(message, begin, end) {
      messages.push({ ...message, begin, end });
      if (message.type === "server-init") prepare(framer);
    },
    onRectangle: (rectangle) => rectangles.push(rectangle),
  });
  for (const chunk of chunked(stream, cuts)) framer.feed(chunk);
  return { messages, rectangles, failure: framer.failure, position: framer.position };
}

export function framedClient(
  stream: Uint8Array,
  cuts: readonly number[] = [],
  hasExtendedMouseButtons = false,
): Framed<ClientMessage> {
  const messages: (ClientMessage & { begin: number; end: number })[] = [];
  const framer = new ClientMessageFramer({
    onMessage: (message, begin, end) => messages.push({ ...message, begin, end }),
  });
  if (hasExtendedMouseButtons) framer.allowExtendedMouseButtons();
  for (const chunk of chunked(stream, cuts)) framer.feed(chunk);
  return { messages, rectangles: [], failure: framer.failure, position: framer.position };
}

export const RGB888 = Uint8Array.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0);
export const RGB565 = Uint8Array.of(16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0);

export function serverInit(format: Uint8Array = RGB888, name = "demo"): Uint8Array {
  return joined([u16(640, 480), format, u32(name.length), Uint8Array.from(name, (c) => c.charCodeAt(0))]);
}

/** A framebuffer update of whole rectangles; `announced` may lie about their number. */
export function update(rectangles: readonly Uint8Array[], announced = rectangles.length): Uint8Array {
  return joined([Uint8Array.of(0, 0), u16(announced), ...rectangles]);
}

/** A rectangle at (1, 2); `data` follows its head. */
export function rectangle(
  encoding: number,
  size: { readonly width: number; readonly height: number },
  data: Uint8Array | readonly number[] = [],
): Uint8Array {
  return joined([u16(1, 2, size.width, size.height), u32(encoding >>> 0), Uint8Array.from(data)]);
}

export function u16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  values.forEach((value, i) => {
    writeU16(bytes, 2 * i, value);
  });
  return bytes;
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, i) => {
    writeU32(bytes, 4 * i, value);
  });
  return bytes;
}

/** Bytes that look like any data and like no message's head in particular. */
export function filler(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 89 + 17) & 255);
}

/** Stands for DES: the tests are about the order of messages. */
const encrypted = (challenge: Uint8Array, password: number) => challenge.map((byte) => byte ^ password);
export const CHALLENGE = Uint8Array.from({ length: CHALLENGE_BYTES }, (_, i) => i * 3);
export const RIGHT_PASSWORD = 7;
export const NONE: ServerSecurity = { type: "none" };
export const VNC_AUTH: ServerSecurity = {
  type: "vnc-auth",
  challenge: CHALLENGE,
  isRightResponse: (response) => latin1(response) === latin1(encrypted(CHALLENGE, RIGHT_PASSWORD)),
};
export const WITHOUT_PASSWORD: ClientOptions = { isShared: true };

export function knowing(password: number): ClientOptions {
  return { isShared: true, answerChallenge: (challenge) => encrypted(challenge, password) };
}

/** One side of a handshake with its bytes not yet understood, fed in any pieces. */
export class Side<State> {
  state: State;
  left: Uint8Array = new Uint8Array(0);
  readonly sent: Uint8Array[] = [];
  readonly #advance: (state: State, bytes: Uint8Array) => Step<State>;

  constructor(state: State, advance: (state: State, bytes: Uint8Array) => Step<State>) {
    this.state = state;
    this.#advance = advance;
  }

  /** Takes the peer's next bytes and gives what is said in return. */
  feed(bytes: Uint8Array): Uint8Array {
    this.left = joined([this.left, bytes]);
    const sent: Uint8Array[] = [];
    for (;;) {
      const step = this.#advance(this.state, this.left);
      if (this.left.length < step.consumed) throw new Error("understood more than there was");
      this.left = this.left.subarray(step.consumed);
      if (step.send) sent.push(step.send);
      if (step.next === this.state) break;
      this.state = step.next;
    }
    this.sent.push(...sent);
    return joined(sent);
  }
}

export function newClient(options: ClientOptions): Side<ClientState> {
  return new Side<ClientState>(CLIENT_BEGIN, (state, bytes) => advanceClient(state, bytes, options));
}

export function newServer(security: ServerSecurity): Side<ServerState> {
  return new Side<ServerState>(SERVER_BEGIN, (state, bytes) => advanceServer(state, bytes, security));
}
