/**
 * The terminal of an SSH connection (RFC 4254 §6): keys in, output out, both within the credit of the receiving side.
 *
 * Output that nobody has granted credit for stays in the machine: the channel is paused, its window closes, the program
 * waits. Input is never held back by that, so Ctrl-C gets through a flood.
 */
import type { Policy } from "@deskgate/contract";
import {
  EscapeFilter,
  type GatewayMessage,
  MAX_PIECE_BYTES,
  type TakenOut,
  TUNNEL_WINDOW,
} from "@deskgate/wire";
import type { ClientChannel } from "ssh2";
import { readable, readableLine } from "./machine-text.ts";

/** LIMIT: of a window's title, and of a text for the clipboard (OSC 52). */
const MAX_TITLE_CHARACTERS = 200;
const MAX_CLIPBOARD_CHARACTERS = 8_000;
/** LIMIT: what the channel may hold while it is paused. ssh2 opens its window of 2 MiB anew until 2 MiB wait, so 4 and a packet are fair. */
const MAX_BUFFERED_BYTES = 5 * 1024 * 1024;

export interface TerminalContext {
  readonly policy: Policy;
  readonly send: (message: GatewayMessage) => void;
  /** Bytes on their way to the machine that it has not taken yet. */
  readonly queuedBytes: () => number;
}

export class Terminal {
  readonly #channel: ClientChannel;
  readonly #context: TerminalContext;
  readonly #filter = new EscapeFilter();
  // Malformed bytes become U+FFFD: what a terminal would silently drop could hide the beginning of a sequence.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #waiting: Buffer = Buffer.alloc(0);
  #outputCredit: number = TUNNEL_WINDOW.output;
  #inputCredit: number = TUNNEL_WINDOW.input;
  #owedCredit = 0;
  #isPaused = false;

  constructor(channel: ClientChannel, context: TerminalContext) {
    this.#channel = channel;
    this.#context = context;
    channel.on("data", (bytes: Buffer) => this.#onOutput(bytes));
    channel.stderr.on("data", (bytes: Buffer) => this.#onOutput(bytes));
  }

  /** Whether the machine ignores the window it was given. */
  get isOverfull(): boolean {
    return MAX_BUFFERED_BYTES < this.#channel.readableLength + this.#channel.stderr.readableLength;
  }

  /** What the person typed. False: more than was granted. */
  type(bytes: Uint8Array): boolean {
    if (this.#inputCredit < bytes.length) return false;
    this.#inputCredit -= bytes.length;
    this.#channel.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), () => {
      this.#owedCredit += bytes.length;
      this.payInput();
    });
    return true;
  }

  /** Grants credit for what the machine has taken; to be called again when its queue is empty. */
  payInput(): void {
    if (this.#owedCredit === 0 || TUNNEL_WINDOW.input < this.#context.queuedBytes()) return;
    const bytes = this.#owedCredit;
    this.#owedCredit = 0;
    this.#inputCredit += bytes;
    this.#context.send({ type: "input-credit", bytes });
  }

  grantOutput(bytes: number): void {
    this.#outputCredit = Math.min(TUNNEL_WINDOW.output, this.#outputCredit + bytes);
    this.#flush();
  }

  resize(columns: number, rows: number): void {
    this.#channel.setWindow(rows, columns, 0, 0);
  }

  /** The tunnel takes no more, or takes more again. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#flush();
  }

  #onOutput(bytes: Buffer): void {
    const { passed, taken } = this.#filter.feed(this.#decoder.decode(bytes, { stream: true }));
    for (const sequence of taken) this.#tell(sequence);
    if (passed === "") return;
    const text = Buffer.from(passed);
    this.#waiting = this.#waiting.length === 0 ? text : Buffer.concat([this.#waiting, text]);
    this.#flush();
  }

  /** Sends what there is credit for; the channel runs only while nothing waits. */
  #flush(): void {
    while (!this.#isPaused && 0 < this.#waiting.length && 0 < this.#outputCredit) {
      const count = Math.min(this.#waiting.length, this.#outputCredit, MAX_PIECE_BYTES);
      this.#outputCredit -= count;
      const bytes = this.#waiting.subarray(0, count);
      this.#waiting = this.#waiting.subarray(count);
      this.#context.send({ type: "output", bytes });
    }
    if (0 < this.#waiting.length || this.#isPaused) this.#stopReading();
    else this.#goOnReading();
  }

  #stopReading(): void {
    this.#channel.pause();
    this.#channel.stderr.pause();
  }

  #goOnReading(): void {
    this.#channel.resume();
    this.#channel.stderr.resume();
  }

  #tell({ kind, payload }: TakenOut): void {
    if (kind === "title") {
      this.#context.send({ type: "title", text: readableLine(payload, MAX_TITLE_CHARACTERS) });
      return;
    }
    const text = clipboardText(payload);
    // A question for the person's clipboard is never answered, whatever the policy.
    if (text !== undefined && this.#context.policy.clipboardFromMachine)
      this.#context.send({ type: "clipboard", text });
  }
}

/** `targets;base64` of OSC 52; `undefined` for a question or for nothing. */
function clipboardText(payload: string): string | undefined {
  const base64 = /^[^;]{0,20};([A-Za-z0-9+/=]+)$/.exec(payload)?.[1];
  if (base64 === undefined) return undefined;
  const text = readable(Buffer.from(base64, "base64").toString("utf8"), MAX_CLIPBOARD_CHARACTERS);
  return text === "" ? undefined : text;
}
