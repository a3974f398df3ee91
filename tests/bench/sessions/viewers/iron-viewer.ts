/**
 * An RDP viewer without a screen: the WebAssembly that the console runs in a browser (IronRDP), on a canvas that only counts.
 *
 * It really decodes: what it draws is the desktop's pixels. Its WebSocket is lent the ticket as the console does it.
 */
import { viewerHint } from "@deskgate/wire";
import { TunnelSocket } from "./tunnel.ts";
import { Counter, DESKTOP, type Viewer } from "./viewer.ts";

const GERMAN_KEYBOARD = 0x407;

/** What a browser would offer; the module asks for nothing else. */
class Context {
  readonly #counter: Counter;
  readonly #onPicture: () => void;

  constructor(counter: Counter, onPicture: () => void) {
    this.#counter = counter;
    this.#onPicture = onPicture;
  }

  putImageData(
    ...[, , , , , width, height]: readonly [unknown, number, number, number, number, number, number]
  ) {
    this.#counter.updates += 1;
    this.#counter.pixels += width * height;
    this.#onPicture();
  }
}

class PlainImage {
  readonly width: number;
  constructor(_data: Uint8ClampedArray, width: number) {
    this.width = width;
  }
}

export async function openIronViewer(port: number, ticket: string): Promise<Viewer> {
  const counter = new Counter();
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<string>();
  Object.assign(globalThis, {
    CanvasRenderingContext2D: Context,
    ImageData: PlainImage,
    WebSocket: class extends TunnelSocket {
      constructor() {
        super(port, ticket);
        this.on("message", (data: Buffer) => {
          counter.bytes += data.byteLength;
        });
        this.on("close", (code, reason) => failed.resolve(`closed with ${code} ${reason}`));
      }
    },
  });
  const { Backend, init, displayControl, enableCredssp } = await import(
    "@devolutions/iron-remote-desktop-rdp"
  );
  await init("ERROR");
  const context = new Context(counter, ready.resolve);
  const canvas = { ...DESKTOP, getContext: () => context };
  const session = await new Backend.SessionBuilder()
    .username("")
    .password("")
    .serverDomain("")
    .destination("desktop:3389")
    .proxyAddress("wss://gateway.test/tunnel")
    .authToken(viewerHint({ keyboardLayout: GERMAN_KEYBOARD, needsTrueColour: true }))
    .desktopSize(new Backend.DesktopSize(DESKTOP.width, DESKTOP.height))
    .renderCanvas(
      canvas as unknown as Parameters<InstanceType<typeof Backend.SessionBuilder>["renderCanvas"]>[0],
    )
    .setCursorStyleCallback(() => undefined)
    .setCursorStyleCallbackContext({})
    .canvasResizedCallback(() => undefined)
    .extension(displayControl(false))
    .extension(enableCredssp(false))
    .connect();
  session.run().then(
    (end) => failed.resolve(end.reason()),
    (error: unknown) => failed.resolve(String(error)),
  );
  return { counter, ready: ready.promise, failed: failed.promise };
}
