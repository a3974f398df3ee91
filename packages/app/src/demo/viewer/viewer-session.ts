/**
 * One viewer of the demo desktop after the handshake: what it asks is done, what changes is sent.
 *
 * INVARIANT: one message is under way at a time, and an update waits until the last one has left, so that a viewer that
 * does not read costs one band of pixels. Of everything that waits only the newest is kept.
 */
import type { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ENCODING, type MessageFramer } from "@deskgate/wire";
import type { Canvas } from "../canvas/canvas.ts";
import { DirtyRegion } from "../canvas/dirty-region.ts";
import { intersection, isEmpty, type Rect, type Size } from "../canvas/rect.ts";
import type { Machine, Onlooker } from "../machine.ts";
import type { PointerShape } from "../scene/desktop.ts";
import { POINTER_PICTURES } from "../scene/pointer-pictures.ts";
import { bandsOf, encodeBand } from "./bands.ts";
import { type ClientRequest, clientRequestFramer } from "./client-requests.ts";
import { Compressor } from "./compressor.ts";
import { NATIVE_FORMAT, type PixelWriter, pixelWriterOf } from "./pixel-writer.ts";
import {
  cursorRectangle,
  cutText,
  rectangle,
  type SizeNews,
  serverInit,
  sizeRectangle,
  updateHead,
} from "./server-messages.ts";

const NAME = "Deskgate demo desktop";
/** Time between two updates at least; more pictures than this nobody sees. */
const UPDATE_PAUSE_MS = 16;
/** rfbproto, "ExtendedDesktopSize": who asked for a size, and how it went. */
const REASON = { server: 0, thisViewer: 1, otherViewer: 2 } as const;
const STATUS = { done: 0, invalid: 3 } as const;

export class ViewerSession implements Onlooker {
  readonly #socket: Writable;
  readonly #machine: Machine;
  readonly #framer: MessageFramer;
  readonly #compressor = new Compressor();
  readonly #dirty = new DirtyRegion();
  #encodings: ReadonlySet<number> = new Set();
  #writer: PixelWriter;
  /** The size that the viewer knows of. */
  #size: Size;
  #sizeNews: SizeNews | undefined;
  #pointerShape: PointerShape | undefined;
  #copied: string | undefined;
  #wantsUpdate = false;
  #isSending = false;

  constructor(socket: Writable, machine: Machine) {
    const writer = pixelWriterOf(NATIVE_FORMAT);
    if (!writer) throw new Error("native pixel format is not supported");
    this.#socket = socket;
    this.#machine = machine;
    this.#writer = writer;
    this.#size = machine.screen;
    this.#framer = clientRequestFramer((request) => this.#onRequest(request));
  }

  /** Says hello and follows the machine from now on. */
  begin(): void {
    this.#socket.write(serverInit(this.#size, NAME));
    this.#machine.join(this);
  }

  /** Takes the viewer's next bytes; gives a reason when they make no sense and the connection has to end. */
  feed(chunk: Uint8Array): string | undefined {
    this.#framer.feed(chunk);
    return this.#framer.failure;
  }

  end(): void {
    this.#machine.leave(this);
    this.#compressor.close();
  }

  onDamage(rect: Rect): void {
    this.#dirty.add(rect);
    this.#wake();
  }

  onResize(isByYou: boolean): void {
    this.#sizeNews = { reason: isByYou ? REASON.thisViewer : REASON.otherViewer, status: STATUS.done };
    this.#wake();
  }

  onCopy(text: string): void {
    this.#copied = text;
    this.#wake();
  }

  #onRequest(request: ClientRequest): void {
    switch (request.type) {
      case "pixel-format":
        this.#writer = request.writer;
        this.#pointerShape = undefined;
        return;
      case "encodings":
        this.#onEncodings(new Set(request.encodings));
        return;
      case "update":
        this.#wantsUpdate = true;
        if (!request.isIncremental) this.#dirty.add({ x: 0, y: 0, ...this.#size });
        this.#wake();
        return;
      case "key":
        this.#machine.pressKey(request.keysym, request.isDown);
        return;
      case "pointer":
        this.#machine.movePointer(request, request.buttons);
        this.#wake();
        return;
      case "cut-text":
        this.#machine.keepClipboard(request.text);
        return;
      case "desktop-size":
        this.#onDesktopSize(request.size);
        return;
    }
  }

  #onEncodings(encodings: ReadonlySet<number>): void {
    this.#encodings = encodings;
    this.#pointerShape = undefined;
    // The first rectangle of this kind tells the viewer that it may ask for sizes.
    if (encodings.has(ENCODING.extendedDesktopSize))
      this.#sizeNews ??= { reason: REASON.server, status: STATUS.done };
  }

  #onDesktopSize(size: Size): void {
    if (!isEmpty(size)) this.#machine.resize(size, this);
    else {
      this.#sizeNews = { reason: REASON.thisViewer, status: STATUS.invalid };
      this.#wake();
    }
  }

  #wake(): void {
    if (this.#isSending || this.#socket.destroyed) return;
    this.#isSending = true;
    this.#sendAll().then(
      () => {
        this.#isSending = false;
      },
      (error: Error) => this.#socket.destroy(error),
    );
  }

  async #sendAll(): Promise<void> {
    while (!this.#socket.destroyed) {
      const copied = this.#copied;
      this.#copied = undefined;
      if (copied !== undefined) await this.#send(cutText(copied));
      if (!this.#wantsUpdate || !(await this.#sendUpdate())) return;
      await pause(UPDATE_PAUSE_MS);
    }
  }

  /** Whether there was something to send. */
  async #sendUpdate(): Promise<boolean> {
    const news = [...this.#takeSizeNews(), ...this.#takePointerNews()];
    const canvas = this.#machine.picture();
    // A new size goes alone: what else is in its update could lie outside the picture that the viewer still has.
    const bands = this.#sizeNews ? [] : this.#takeBands(canvas);
    this.#sizeNews = undefined;
    if (news.length + bands.length === 0) return false;
    this.#wantsUpdate = false;
    let head = [updateHead(news.length + bands.length), ...news];
    for (const band of bands) {
      if (this.#socket.destroyed) return false;
      const source = { canvas, writer: this.#writer };
      const compressor = this.#encodings.has(ENCODING.zrle) ? this.#compressor : undefined;
      head.push(await encodeBand(source, band, compressor));
      await this.#send(Buffer.concat(head));
      head = [];
    }
    if (bands.length === 0) await this.#send(Buffer.concat(head));
    return true;
  }

  #takeSizeNews(): readonly Uint8Array[] {
    if (!this.#sizeNews) return [];
    const size = this.#machine.screen;
    if (this.#encodings.has(ENCODING.extendedDesktopSize)) {
      this.#size = size;
      return [sizeRectangle(size, this.#sizeNews)];
    }
    if (!this.#encodings.has(ENCODING.desktopSize)) {
      this.#sizeNews = undefined;
      return [];
    }
    this.#size = size;
    return [rectangle({ x: 0, y: 0, ...size }, ENCODING.desktopSize)];
  }

  #takePointerNews(): readonly Uint8Array[] {
    const shape = this.#machine.pointerShape;
    if (shape === this.#pointerShape || !this.#encodings.has(ENCODING.cursor)) return [];
    this.#pointerShape = shape;
    return [cursorRectangle(POINTER_PICTURES[shape], this.#writer)];
  }

  #takeBands(canvas: Canvas): readonly Rect[] {
    const known = intersection(canvas.bounds, { x: 0, y: 0, ...this.#size });
    return this.#dirty.take().flatMap((rect) => bandsOf(intersection(rect, known)));
  }

  #send(bytes: Uint8Array): Promise<void> {
    // A failed write destroys the socket, whose "close" event ends the session; the callback comes in both cases.
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }
}
