/**
 * spice-html5 as a surface.
 *
 * Where an agent runs in the desktop, it takes the window's size, and text travels by its clipboard. Without one its
 * picture is scaled, which browsers undo for the pointer, and the viewer says that there is no clipboard.
 */
import { SpiceMainConn } from "@spice-project/spice-html5/src/main.js";
import { SpiceMiniData, SpiceMsgcKeyDown, SpiceMsgcKeyUp } from "@spice-project/spice-html5/src/spicemsg.js";
import { spiceText } from "../../text/spice.ts";
import type { KeyName } from "../key-names.ts";
import type { Scaling, Surface, SurfaceEnding, SurfaceOptions } from "../surface.ts";
import { AgentClipboard } from "./agent-clipboard.ts";
import { scancodeOf } from "./scancodes.ts";
import { installTicketSocket } from "./ticket-socket.ts";

const SCREEN_ID = "spice-screen";
/** SPICE_MSGC_INPUTS_KEY_DOWN and _UP. */
const KEY_MESSAGE = { down: 101, up: 102 } as const;
const COLOUR_DEPTH = 32;
/** Guests want sizes that are multiples of this. */
const SIZE_STEP = 8;

export function openSpice(options: SurfaceOptions): Surface {
  return new SpiceSurface(options);
}

class SpiceSurface implements Surface {
  readonly #options: SurfaceOptions;
  readonly #screen = document.createElement("div");
  readonly #connection: SpiceMainConn;
  readonly #clipboard: AgentClipboard;
  #scaling: Scaling;
  #isShown = false;
  #hasEnded = false;

  constructor(options: SurfaceOptions) {
    this.#options = options;
    this.#scaling = options.scaling;
    const area = document.createElement("div");
    area.id = "spice-area";
    this.#screen.id = SCREEN_ID;
    area.append(this.#screen);
    options.target.append(area);
    installTicketSocket(options.tunnel, (ending) => this.#end(ending));
    this.#connection = new SpiceMainConn({
      uri: options.tunnel.url,
      password: options.credential?.password ?? "",
      screen_id: SCREEN_ID,
      // While a tunnel stands it was the library that gave up; a closed one tells its own reason, a moment later.
      onerror: () => setTimeout(() => this.#end({ at: "garbled" }), 1_000),
      onsuccess: () => undefined,
      onagent: () => this.#arrange(),
    });
    const { policy, events } = options;
    this.#clipboard = new AgentClipboard(this.#connection, policy, (text) => events.onClipboard(text));
    new MutationObserver(() => this.#onPicture()).observe(this.#screen, { childList: true });
    window.addEventListener("resize", () => this.#arrange());
  }

  setScaling(scaling: Scaling): void {
    this.#scaling = scaling;
    this.#arrange();
  }

  canResize(): boolean {
    return this.#hasAgent;
  }

  get noClipboard(): string | undefined {
    return this.#hasAgent ? undefined : spiceText.noClipboard;
  }

  get #hasAgent(): boolean {
    return this.#connection.agent_connected === true;
  }

  sendKeys(names: readonly KeyName[]): void {
    for (const name of names) this.#sendKey(name, true);
    for (const name of names.toReversed()) this.#sendKey(name, false);
  }

  sendClipboard(text: string): void {
    if (this.#hasAgent) this.#clipboard.offer(text);
  }

  focus(): void {
    this.#canvas()?.focus({ preventScroll: true });
  }

  lastPicture(): HTMLCanvasElement | undefined {
    return this.#canvas();
  }

  close(): void {
    this.#hasEnded = true;
    this.#connection.stop();
  }

  #end(ending: SurfaceEnding): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.events.onEnded(ending);
    this.#connection.stop();
  }

  #canvas(): HTMLCanvasElement | undefined {
    return this.#screen.querySelector("canvas") ?? undefined;
  }

  /** The first surface, or one of another size. */
  #onPicture(): void {
    const canvas = this.#canvas();
    if (!canvas) return;
    this.#arrange();
    if (this.#isShown) return;
    this.#isShown = true;
    this.#options.events.onConnected();
    // The library listens for keys on the picture itself.
    canvas.addEventListener("pointerdown", () => this.focus());
    this.focus();
  }

  #arrange(): void {
    const { clientWidth, clientHeight } = document.documentElement;
    this.#options.target.dataset["scaling"] = this.#scaling;
    if (this.#scaling === "resize" && this.canResize()) {
      const down = (size: number) => size - (size % SIZE_STEP);
      this.#connection.resize_window(0, down(clientWidth), down(clientHeight), COLOUR_DEPTH, 0, 0);
    }
    const canvas = this.#canvas();
    if (!canvas || canvas.width === 0) return;
    const fit = Math.min(clientWidth / canvas.width, clientHeight / canvas.height);
    this.#screen.style.transform = this.#scaling === "actual" ? "" : `scale(${fit})`;
  }

  #sendKey(name: KeyName, isDown: boolean): void {
    const { inputs } = this.#connection;
    if (inputs?.state !== "ready") return;
    const key = isDown ? new SpiceMsgcKeyDown() : new SpiceMsgcKeyUp();
    key.code = scancodeOf(name, isDown);
    const message = new SpiceMiniData();
    message.build_msg(isDown ? KEY_MESSAGE.down : KEY_MESSAGE.up, key);
    inputs.send_msg(message);
  }
}
