/**
 * A surface whose web client runs in a frame: opens the frame, passes calls in and events out.
 *
 * INVARIANT: closing removes the frame, and with it whatever its web client still had running.
 */
import type { ClipboardFile, ClipboardFiles, UploadProgress } from "../clipboard-files.ts";
import type { KeyName } from "../key-names.ts";
import type { OpenSurface, Scaling, Surface, SurfaceEnding, SurfaceOptions } from "../surface.ts";
import type { Abilities, FrameGreeting, FromFrame, ToFrame } from "./messages.ts";

interface FramedClient {
  /** The frame's own HTML, built beside the console's. */
  readonly page: string;
  /** Whether files travel by the clipboard. */
  readonly hasFiles: boolean;
}

export function framedSurface(page: string, { hasFiles }: Pick<FramedClient, "hasFiles">): OpenSurface {
  return (options) => new FramedSurface({ page, hasFiles }, options);
}

interface Fetching {
  readonly onProgress: (bytes: number) => void;
  readonly onDone: (blob: Blob | undefined) => void;
}

class FramedSurface implements Surface {
  readonly #options: SurfaceOptions;
  readonly #frame: HTMLIFrameElement;
  readonly #channel = new MessageChannel();
  readonly #picture = document.createElement("canvas");
  readonly #fetching = new Map<number, Fetching>();
  readonly #fileListeners = new Set<() => void>();
  #offered: readonly ClipboardFile[] = [];
  #onUpload: (progress: UploadProgress) => void = () => undefined;
  #nextNumber = 1;
  #abilities: Abilities = { canResize: false, noClipboard: undefined };
  #hasConnected = false;
  #hasPicture = false;
  #hasEnded = false;
  readonly clipboardFiles: ClipboardFiles | undefined;

  constructor({ page, hasFiles }: FramedClient, options: SurfaceOptions) {
    this.#options = options;
    this.clipboardFiles = hasFiles ? this.#clipboardFiles() : undefined;
    this.#frame = document.createElement("iframe");
    this.#frame.className = "dg-client-frame";
    this.#frame.allow = "clipboard-read; clipboard-write";
    this.#frame.src = page;
    this.#frame.addEventListener("load", () => this.#greet(), { once: true });
    this.#channel.port1.onmessage = ({ data }: MessageEvent<FromFrame>) => this.#receive(data);
    options.target.append(this.#frame);
  }

  setScaling(scaling: Scaling): void {
    this.#send({ type: "set-scaling", scaling });
  }

  canResize(): boolean {
    return this.#abilities.canResize;
  }

  get noClipboard(): string | undefined {
    return this.#abilities.noClipboard;
  }

  sendKeys(keys: readonly KeyName[]): void {
    this.#send({ type: "send-keys", keys });
  }

  sendClipboard(text: string): void {
    if (this.#options.policy.clipboardToMachine) this.#send({ type: "send-clipboard", text });
  }

  focus(): void {
    this.#frame.focus({ preventScroll: true });
    this.#send({ type: "focus" });
  }

  lastPicture(): HTMLCanvasElement | undefined {
    this.#keepPicture();
    return this.#hasPicture ? this.#picture : undefined;
  }

  close(): void {
    this.#keepPicture();
    this.#hasEnded = true;
    this.#send({ type: "close" });
    this.#channel.port1.close();
    for (const { onDone } of this.#fetching.values()) onDone(undefined);
    this.#frame.remove();
  }

  #greet(): void {
    // The page listens for the toolbar's chord on its own window, which hears nothing while the frame has the keyboard.
    for (const type of ["keydown", "keyup"] as const)
      this.#frame.contentWindow?.addEventListener(
        type,
        (event) => window.dispatchEvent(new KeyboardEvent(type, event)),
        true,
      );
    const { tunnel, scaling, credentialMode, credential, policy } = this.#options;
    const greeting: FrameGreeting = {
      type: "deskgate-frame",
      options: { tunnel, scaling, credentialMode, credential, policy },
    };
    this.#frame.contentWindow?.postMessage(greeting, window.location.origin, [this.#channel.port2]);
  }

  #send(message: ToFrame): void {
    this.#channel.port1.postMessage(message);
  }

  #receive(message: FromFrame): void {
    if (this.#hasEnded) return;
    const { events } = this.#options;
    switch (message.type) {
      case "connected":
        this.#hasConnected = true;
        events.onConnected();
        return;
      case "ended":
        this.#end(message.ending);
        return;
      case "clipboard":
        events.onClipboard(message.text);
        return;
      case "title":
        events.onTitle(message.text);
        return;
      case "abilities":
        this.#abilities = message.abilities;
        return;
      case "ask-credential":
        void events
          .askCredential(message.request)
          .then((typed) => this.#send({ type: "credential", number: message.number, typed }));
        return;
      case "files":
      case "file-progress":
      case "file-done":
      case "upload-progress":
        this.#receiveFiles(message);
    }
  }

  #receiveFiles(
    message: FromFrame & { readonly type: "files" | "file-progress" | "file-done" | "upload-progress" },
  ): void {
    switch (message.type) {
      case "files":
        this.#offered = message.files;
        for (const listener of this.#fileListeners) listener();
        return;
      case "file-progress":
        this.#fetching.get(message.number)?.onProgress(message.bytes);
        return;
      case "file-done":
        this.#fetching.get(message.number)?.onDone(message.blob);
        return;
      case "upload-progress":
        this.#onUpload(message);
    }
  }

  #end(ending: SurfaceEnding): void {
    this.#keepPicture();
    this.#hasEnded = true;
    this.#options.events.onEnded(ending);
  }

  /** A picture cannot outlive the frame that it is in. */
  #keepPicture(): void {
    if (!this.#hasConnected) return;
    const shown = this.#frame.contentDocument && findCanvas(this.#frame.contentDocument);
    if (!shown || shown.width === 0 || shown.height === 0) return;
    this.#picture.width = shown.width;
    this.#picture.height = shown.height;
    this.#picture.getContext("2d")?.drawImage(shown, 0, 0);
    this.#hasPicture = true;
  }

  #clipboardFiles(): ClipboardFiles {
    const { policy } = this.#options;
    return {
      mayFetch: policy.filesFromMachine && policy.clipboardFromMachine,
      mayOffer: policy.filesToMachine && policy.clipboardToMachine,
      offered: () => this.#offered,
      subscribe: (listener) => {
        this.#fileListeners.add(listener);
        return () => this.#fileListeners.delete(listener);
      },
      fetch: (index, { onProgress, signal }) =>
        new Promise((resolve, reject) => {
          const number = this.#nextNumber++;
          const cancel = () => this.#send({ type: "cancel-file", number });
          signal.addEventListener("abort", cancel, { once: true });
          const onDone = (blob: Blob | undefined) => {
            signal.removeEventListener("abort", cancel);
            this.#fetching.delete(number);
            if (blob) resolve(blob);
            else reject(new Error(signal.aborted ? "cancelled" : "not given"));
          };
          this.#fetching.set(number, { onProgress, onDone });
          this.#send({ type: "fetch-file", number, index });
        }),
      offer: (files, onProgress) => {
        this.#onUpload = onProgress;
        this.#send({ type: "offer-files", files });
      },
    };
  }
}

/** Web components keep theirs behind a shadow root. */
function findCanvas(root: Document | ShadowRoot): HTMLCanvasElement | undefined {
  const direct = root.querySelector("canvas");
  if (direct) return direct;
  for (const element of root.querySelectorAll("*")) {
    const inside = element.shadowRoot && findCanvas(element.shadowRoot);
    if (inside) return inside;
  }
  return undefined;
}
