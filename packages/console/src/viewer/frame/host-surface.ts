/** The frame's end: waits for the page's greeting, opens the protocol's surface, and passes messages both ways. */
import type { TypedCredential } from "../credential.ts";
import type { OpenSurface, Surface } from "../surface.ts";
import type { Abilities, FrameGreeting, FromFrame, ToFrame } from "./messages.ts";

/** To be called once, by the frame's main module. */
export function hostSurface(openSurface: OpenSurface, target: HTMLElement): void {
  const onGreeting = (event: MessageEvent<FrameGreeting>) => {
    const [port] = event.ports;
    const isOurs = event.origin === window.location.origin && event.source === window.parent;
    if (!isOurs || event.data?.type !== "deskgate-frame" || !port) return;
    window.removeEventListener("message", onGreeting);
    new HostedSurface(openSurface, { target, port, options: event.data.options });
  };
  window.addEventListener("message", onGreeting);
}

interface Hosting {
  readonly target: HTMLElement;
  readonly port: MessagePort;
  readonly options: FrameGreeting["options"];
}

const ABILITIES_QUESTION_MS = 500;

class HostedSurface {
  readonly #port: MessagePort;
  readonly #surface: Surface;
  readonly #asked = new Map<number, (typed: TypedCredential | undefined) => void>();
  readonly #fetching = new Map<number, AbortController>();
  #nextNumber = 1;
  #told: Abilities = { canResize: false, noClipboard: undefined };

  constructor(openSurface: OpenSurface, { target, port, options }: Hosting) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<ToFrame>) => this.#receive(data);
    this.#surface = openSurface({
      ...options,
      target,
      events: {
        onConnected: () => this.#send({ type: "connected" }),
        onEnded: (ending) => this.#send({ type: "ended", ending }),
        onClipboard: (text) => this.#send({ type: "clipboard", text }),
        onTitle: (text) => this.#send({ type: "title", text }),
        askCredential: (request) =>
          new Promise((resolve) => {
            const number = this.#nextNumber++;
            this.#asked.set(number, resolve);
            this.#send({ type: "ask-credential", number, request });
          }),
      },
    });
    const { clipboardFiles } = this.#surface;
    clipboardFiles?.subscribe(() => this.#send({ type: "files", files: clipboardFiles.offered() }));
    this.#tellAbilities();
    setInterval(() => this.#tellAbilities(), ABILITIES_QUESTION_MS);
  }

  #send(message: FromFrame): void {
    this.#port.postMessage(message);
  }

  #tellAbilities(): void {
    const { noClipboard } = this.#surface;
    const canResize = this.#surface.canResize();
    if (canResize === this.#told.canResize && noClipboard === this.#told.noClipboard) return;
    this.#told = { canResize, noClipboard };
    this.#send({ type: "abilities", abilities: this.#told });
  }

  #receive(message: ToFrame): void {
    const surface = this.#surface;
    switch (message.type) {
      case "set-scaling":
        surface.setScaling(message.scaling);
        return;
      case "send-keys":
        surface.sendKeys(message.keys);
        return;
      case "send-clipboard":
        surface.sendClipboard(message.text);
        return;
      case "focus":
        surface.focus();
        return;
      case "close":
        surface.close();
        return;
      case "credential":
        this.#asked.get(message.number)?.(message.typed);
        this.#asked.delete(message.number);
        return;
      case "offer-files":
        surface.clipboardFiles?.offer(message.files, (progress) =>
          this.#send({ type: "upload-progress", ...progress }),
        );
        return;
      case "fetch-file":
        void this.#fetch(message.number, message.index);
        return;
      case "cancel-file":
        this.#fetching.get(message.number)?.abort();
    }
  }

  async #fetch(number: number, index: number): Promise<void> {
    const abort = new AbortController();
    this.#fetching.set(number, abort);
    const onProgress = (bytes: number) => this.#send({ type: "file-progress", number, bytes });
    const fetched = this.#surface.clipboardFiles?.fetch(index, { onProgress, signal: abort.signal });
    const blob = await fetched?.catch(() => undefined);
    this.#fetching.delete(number);
    this.#send({ type: "file-done", number, blob });
  }
}
