/**
 * What stands before guacd in Guacamole, web application and browser in one: speaks its protocol, answers each `sync`, and
 * reads the size of each picture from the picture itself.
 */
import { connect } from "node:net";
import { readPictureSize } from "./picture-size.ts";
import { Counter, DESKTOP, type Viewer, type ViewerPlan } from "./viewer.ts";

const DOTS_PER_INCH = "96";
/** What a Chromium of today tells. */
const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp"];
/** Bytes of a picture in which its size is sure to be. */
const HEAD_BYTES = 1024;

export function openGuacamoleViewer(plan: Extract<ViewerPlan, { readonly kind: "guacamole" }>): Viewer {
  const counter = new Counter();
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<string>();
  const socket = connect(plan.port, "127.0.0.1");
  const send = (...elements: readonly string[]) =>
    socket.write(`${elements.map((element) => `${[...element].length}.${element}`).join(",")};`);
  const pictures = new Map<string, string>();
  const handlers: Readonly<Record<string, (args: readonly string[]) => void>> = {
    args: (names) => {
      send("size", String(DESKTOP.width), String(DESKTOP.height), DOTS_PER_INCH);
      send("audio");
      send("video");
      send("image", ...IMAGE_TYPES);
      const [version = "", ...rest] = names;
      send("connect", version, ...rest.map((name) => plan.settings[name] ?? ""));
    },
    img: ([stream = ""]) => void pictures.set(stream, ""),
    blob: ([stream = "", data = ""]) => {
      const head = pictures.get(stream);
      if (head === undefined) return;
      const bytes = Buffer.from((head + data).slice(0, (HEAD_BYTES * 4) / 3), "base64");
      const size = readPictureSize(bytes);
      if (size) {
        counter.pixels += size.width * size.height;
        pictures.delete(stream);
      } else pictures.set(stream, head + data);
    },
    rect: ([, , , width = "0", height = "0"]) => {
      counter.pixels += Number(width) * Number(height);
    },
    sync: ([at = ""]) => {
      send("sync", at);
      counter.updates += 1;
      if (0 < counter.pixels) ready.resolve();
    },
    error: ([text = "", code = ""]) => failed.resolve(`${text} (${code})`),
    disconnect: () => failed.resolve("guacd disconnected"),
  };
  const instructions = new Instructions();
  socket.on("connect", () => send("select", plan.protocol));
  socket.on("error", (error) => failed.resolve(error.message));
  socket.on("close", () => failed.resolve("guacd closed"));
  socket.on("data", (bytes) => {
    counter.bytes += bytes.length;
    for (const [name = "", ...args] of instructions.push(bytes)) handlers[name]?.(args);
  });
  return { counter, ready: ready.promise, failed: failed.promise };
}

/**
 * `LENGTH.VALUE,LENGTH.VALUE;` Lengths count characters. Read as Latin-1, because pictures are base64 and everything else
 * that guacd sends here is ASCII as well.
 */
class Instructions {
  #pending = "";

  *push(bytes: Buffer): Generator<readonly string[]> {
    const text = this.#pending + bytes.toString("latin1");
    let at = 0;
    for (;;) {
      const read = readInstruction(text, at);
      if (!read) break;
      at = read.end;
      yield read.elements;
    }
    this.#pending = text.slice(at);
  }
}

function readInstruction(text: string, begin: number) {
  const elements: string[] = [];
  let at = begin;
  for (;;) {
    const dot = text.indexOf(".", at);
    if (dot < 0) return undefined;
    const end = dot + 1 + Number(text.slice(at, dot));
    if (!Number.isInteger(end)) throw new Error("guacd sent no instruction");
    if (text.length <= end) return undefined;
    elements.push(text.slice(dot + 1, end));
    at = end + 1;
    if (text[end] === ";") return { elements, end: at };
  }
}
