/**
 * xterm.js with what people expect of a terminal: links, search, wide characters, copy and paste, the page's colours.
 *
 * What may act on more than the screen was taken out of the output by the gateway; nothing here gives it back.
 */
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import "@fontsource/jetbrains-mono/400.css";
import "@fontsource/jetbrains-mono/700.css";
import { admitStyles } from "./admit-styles.ts";
import { createSearchBar, type SearchBar } from "./search-bar.ts";
import "./ssh.css";
import { followTheme } from "./themes.ts";

const FONT = "'JetBrains Mono', ui-monospace, Menlo, Consolas, monospace";
const FONT_SIZE_PX = 14;
const SCROLLBACK_LINES = 10_000;
/** A font that does not come must not keep the terminal away. */
const FONT_DEADLINE_MS = 1_500;

export interface TerminalOptions {
  readonly parent: HTMLElement;
  readonly mayPaste: boolean;
  readonly mayCopy: boolean;
  readonly onInput: (bytes: Uint8Array) => void;
  readonly onSize: (columns: number, rows: number) => void;
}

export interface ShownTerminal {
  readonly columns: number;
  readonly rows: number;
  write(bytes: Uint8Array | string, onShown?: () => void): void;
  paste(text: string): void;
  focus(): void;
  picture(): HTMLCanvasElement;
  close(): void;
}

/** Widths are measured once, so the font must be there first. */
export async function openTerminal(options: TerminalOptions): Promise<ShownTerminal> {
  const late = new Promise((done) => setTimeout(done, FONT_DEADLINE_MS));
  const fonts = ["", "bold "].map((weight) => document.fonts.load(`${weight}${FONT_SIZE_PX}px ${FONT}`));
  await Promise.race([Promise.allSettled(fonts), late]);
  return show(options);
}

function show({ parent, mayPaste, mayCopy, onInput, onSize }: TerminalOptions): ShownTerminal {
  const stop = new AbortController();
  const host = document.createElement("div");
  host.className = "dg-terminal";
  parent.append(host);
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: true,
    fontFamily: FONT,
    fontSize: FONT_SIZE_PX,
    linkHandler: { activate: (_event, text) => openLink(text) },
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    scrollback: SCROLLBACK_LINES,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.loadAddon(new WebLinksAddon((_event, link) => openLink(link)));
  terminal.unicode.activeVersion = "11";
  followTheme((theme) => {
    terminal.options.theme = theme;
  }, stop.signal);
  admitStyles(() => terminal.open(host));
  fit.fit();
  const bar = createSearchBar(host, search, () => terminal.focus());
  const encoder = new TextEncoder();
  terminal.onData((text) => onInput(encoder.encode(text)));
  terminal.onBinary((text) => onInput(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  const tellSize = ({ cols, rows }: Pick<Terminal, "cols" | "rows">) => {
    Object.assign(host.dataset, { columns: cols, rows });
    onSize(cols, rows);
  };
  tellSize(terminal);
  terminal.onResize(tellSize);
  terminal.attachCustomKeyEventHandler((event) => passesToMachine(event, terminal, { mayCopy, bar }));
  const blocked = [...(mayPaste ? [] : ["paste", "drop"]), ...(mayCopy ? [] : ["copy", "cut"])];
  for (const kind of blocked) host.addEventListener(kind, refuse, { capture: true });
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(host);
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (bytes, onShown) => terminal.write(bytes, onShown),
    paste: (text) => terminal.paste(text),
    focus: () => terminal.focus(),
    picture: () => pictureOf(terminal),
    close: () => {
      stop.abort();
      observer.disconnect();
      terminal.dispose();
      host.remove();
    },
  };
}

function refuse(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Whether a key is the machine's; what is the browser's or ours is done here. */
function passesToMachine(
  event: KeyboardEvent,
  terminal: Terminal,
  { mayCopy, bar }: { readonly mayCopy: boolean; readonly bar: SearchBar },
): boolean {
  if (!event.ctrlKey || !event.shiftKey || event.altKey) return true;
  switch (event.code) {
    case "KeyC":
      event.preventDefault();
      if (event.type === "keydown" && mayCopy && terminal.hasSelection())
        void navigator.clipboard?.writeText(terminal.getSelection()).catch(() => undefined);
      return false;
    case "KeyV":
      // The browser pastes into the terminal's text field, and xterm.js takes it from there.
      return false;
    case "KeyF":
      event.preventDefault();
      if (event.type === "keydown") bar.open();
      return false;
    default:
      return true;
  }
}

/** Only what a browser opens as a page, and without a way back to this one. */
function openLink(link: string): void {
  if (/^https?:\/\//i.test(link)) window.open(link, "_blank", "noopener,noreferrer");
}

/** The visible text, for the time when there is no terminal. */
function pictureOf(terminal: Terminal): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const { clientWidth = 1, clientHeight = 1 } = terminal.element ?? {};
  canvas.width = Math.max(1, clientWidth);
  canvas.height = Math.max(1, clientHeight);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const { background = "#000", foreground = "#fff" } = terminal.options.theme ?? {};
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = foreground;
  context.font = `${FONT_SIZE_PX}px ${FONT}`;
  context.textBaseline = "top";
  const buffer = terminal.buffer.active;
  for (let row = 0; row < terminal.rows; row++) {
    const line = buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? "";
    context.fillText(line, 0, (row * canvas.height) / terminal.rows);
  }
  return canvas;
}
