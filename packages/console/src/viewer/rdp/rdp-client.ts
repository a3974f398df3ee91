/** One RDP session in this frame: IronRDP's component, driven as a surface. */

import { viewerHint } from "@deskgate/wire";
import type { Session } from "@devolutions/iron-remote-desktop";
import { displayControl, enableCredssp } from "@devolutions/iron-remote-desktop-rdp";
import type { Scaling, Surface, SurfaceEnding, SurfaceOptions } from "../surface.ts";
import { endingOfError, endingOfWords, isReasonGiven } from "./endings.ts";
import { FileClipboard } from "./file-clipboard.ts";
import {
  type IronRdp,
  lendTicket,
  loadIronRdp,
  pressKeys,
  sessionHook,
  takeClipboard,
  textAsClipboard,
} from "./iron-rdp.ts";
import { keyboardLayoutOf } from "./keyboard-layout.ts";
import { wordsOfRefusal } from "./refusal.ts";
import { scancodeOf } from "./scancodes.ts";
import { needsTrueColour } from "./upstream.ts";

const SCALE = { fit: 1, real: 3 } as const; // ScreenScale, which exists as a type only
/** The machine is in the admission; IronRDP wants a name all the same. */
const DESTINATION = "desktop:3389";
/** How long the reason of the other may come after IronRDP, or the socket, noticed the end. */
const REASON_WAIT_MS = 1_500;
const RESIZE_SETTLED_MS = 600;
const SMALLEST_PX = 200;
const LARGEST_PX = 8192;

export function openRdp(options: SurfaceOptions): Surface {
  return new RdpClient(options);
}

class RdpClient implements Surface {
  readonly #options: SurfaceOptions;
  readonly clipboardFiles: FileClipboard;
  #iron: IronRdp | undefined;
  #session: Session | undefined;
  #scaling: Scaling;
  #size = { width: 0, height: 0 };
  #machineWords: string | undefined;
  #hasEnded = false;

  constructor(options: SurfaceOptions) {
    this.#options = options;
    this.#scaling = options.scaling;
    this.clipboardFiles = new FileClipboard(options.policy, () => this.#end({ at: "renewed" }));
    this.#watchCrashes();
    lendTicket(options.tunnel, {
      onAnswer: (message) => {
        this.#machineWords = wordsOfRefusal(message);
      },
      onClose: (closeCode, wasOpen) => this.#onClosed({ closeCode, wasOpen }),
    });
    takeClipboard({
      text: (text) => options.policy.clipboardFromMachine && options.events.onClipboard(text),
      // The machine waits for a first announcement.
      begin: () => this.#paste(textAsClipboard()),
    });
    // The gateway's own reason may come a moment after IronRDP noticed the end.
    void this.#run().then((ending) => setTimeout(() => this.#end(ending), REASON_WAIT_MS));
    this.#followWindow();
  }

  setScaling(scaling: Scaling): void {
    this.#scaling = scaling;
    this.#iron?.ui.setScale(scaling === "actual" ? SCALE.real : SCALE.fit);
    this.#resizeIfWanted();
  }

  /** By connecting again, which every machine takes. */
  canResize(): boolean {
    return true;
  }

  sendKeys(keys: Parameters<Surface["sendKeys"]>[0]): void {
    if (this.#session) pressKeys(this.#session, keys.map(scancodeOf));
  }

  sendClipboard(text: string): void {
    if (this.#options.policy.clipboardToMachine) this.#paste(textAsClipboard(text));
  }

  focus(): void {
    const canvas = this.#iron?.element.shadowRoot?.querySelector("canvas");
    canvas?.focus({ preventScroll: true });
  }

  lastPicture(): undefined {
    return undefined;
  }

  close(): void {
    this.#hasEnded = true;
    this.#iron?.ui.shutdown();
  }

  #paste(data: ReturnType<typeof textAsClipboard>): void {
    this.#session?.onClipboardPaste(data).catch(() => undefined);
  }

  async #run(): Promise<SurfaceEnding> {
    try {
      const iron = await loadIronRdp(this.#options.target);
      this.#iron = iron;
      const connected = await this.#connect(iron);
      iron.ui.setVisibility(true);
      this.setScaling(this.#scaling);
      this.#options.events.onConnected();
      const termination = await connected.run();
      return endingOfWords(termination.reason());
    } catch (error) {
      return endingOfError(error);
    }
  }

  #connect({ ui }: IronRdp) {
    const { credential, credentialMode, tunnel, policy } = this.#options;
    const files = this.clipboardFiles;
    ui.enableFileTransfer(
      sessionHook(
        () => files.extensions(),
        (session) => {
          this.#session = session;
          files.attach(session);
        },
      ),
    );
    ui.setEnableClipboard(policy.clipboardToMachine || policy.clipboardFromMachine);
    ui.setEnableAutoClipboard(false);
    const [domain, username] = splitName(credential?.username ?? "", credential?.domain ?? "");
    this.#size = this.#wantedSize();
    const config = ui
      .configBuilder()
      .withUsername(username)
      .withPassword(credential?.password ?? "")
      .withServerDomain(domain)
      .withDestination(DESTINATION)
      .withProxyAddress(tunnel.url)
      .withAuthToken(
        viewerHint({
          keyboardLayout: keyboardLayoutOf(navigator.language),
          needsTrueColour: needsTrueColour(),
        }),
      )
      .withDesktopSize(this.#size)
      // xrdp before 0.10 changes its size without saying so, which crashes IronRDP 0.7 (image.rs).
      .withExtension(displayControl(false))
      .withExtension(enableCredssp(credentialMode === "prompt"))
      .build();
    return ui.connect(config);
  }

  /** The gateway's word counts more than what IronRDP makes of a closed stream, which may be nothing at all. */
  #onClosed({ closeCode, wasOpen }: { readonly closeCode: number; readonly wasOpen: boolean }): void {
    const ending = { at: "socket", closeCode, wasOpen } as const;
    if (isReasonGiven(closeCode) || !wasOpen) this.#end(ending);
    else setTimeout(() => this.#end(ending), REASON_WAIT_MS);
  }

  #end(ending: SurfaceEnding): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const machineWords = this.#machineWords;
    const mayQuote = ending.at === "socket" || ending.at === "known";
    this.#options.events.onEnded(
      mayQuote && machineWords !== undefined ? { ...ending, machineWords } : ending,
    );
  }

  /** After a panic nothing of the module answers any more; only a new frame helps. */
  #watchCrashes(): void {
    const onError = (cause: unknown) => {
      if (cause instanceof WebAssembly.RuntimeError || /already borrowed|panicked/.test(String(cause)))
        this.#end({ at: "known", reason: "viewer_crashed" });
    };
    window.addEventListener("error", ({ error }) => onError(error));
    window.addEventListener("unhandledrejection", ({ reason }) => onError(reason));
  }

  #followWindow(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    window.addEventListener("resize", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#resizeIfWanted(), RESIZE_SETTLED_MS);
    });
  }

  #resizeIfWanted(): void {
    if (!this.#session || this.#scaling !== "resize") return;
    const { width, height } = this.#wantedSize();
    if (width === this.#size.width && height === this.#size.height) return;
    this.#end({ at: "renewed" });
  }

  /** RDP wants even widths, some machines multiples of four. */
  #wantedSize() {
    const within = (length: number) => Math.min(LARGEST_PX, Math.max(SMALLEST_PX, length));
    return { width: within(window.innerWidth) & ~3, height: within(window.innerHeight) & ~1 };
  }
}

/** `DOMAIN\\name`, as people write it. */
function splitName(username: string, domain: string): readonly [domain: string, username: string] {
  const at = domain === "" ? username.indexOf("\\") : -1;
  return at < 0 ? [domain, username] : [username.slice(0, at), username.slice(at + 1)];
}
