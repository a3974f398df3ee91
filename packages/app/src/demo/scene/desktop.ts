/**
 * The demo desktop as a value that events change: clock, windows, focus, pointer. It tells which parts of its picture
 * changed and paints them when asked.
 *
 * Knows no protocol, no socket and no timer; time comes in by {@link Desktop.tick}.
 */
import type { Canvas } from "../canvas/canvas.ts";
import { contains, doMeet, type Point, type Rect, type Size } from "../canvas/rect.ts";
import type { Fonts } from "../font/fonts.ts";
import { clockCardRect, dayRect, paintClockCard, secondRects, waveRect } from "./clock-card.ts";
import { KEY } from "./keysym.ts";
import { NOTE_SIZE, NoteWindow } from "./note-window.ts";
import { PANEL_HEIGHT, paintPanel, panelRect } from "./panel.ts";
import { paintWelcome, WELCOME_SIZE } from "./welcome-window.ts";
import {
  buttonAt,
  contentRect,
  framedRect,
  paintFrame,
  TITLE_BAR_HEIGHT,
  titleBarRect,
} from "./window-frame.ts";

export interface DesktopEvents {
  onDamage(rect: Rect): void;
  /** Text for the viewers' clipboards. */
  onCopy(text: string): void;
}

export type PointerShape = "arrow" | "text";
type WindowName = "welcome" | "notes";

interface OpenWindow {
  readonly name: WindowName;
  readonly title: string;
  readonly size: Size;
  readonly buttons: readonly string[];
  /** Where it was dragged to; until then it stands where the screen's size puts it. */
  movedTo?: Point;
}

const LEFT_BUTTON = 1;
/** So much of a window's title bar always stays on the screen. */
const GRIP_PIXELS = 80;
const BUTTON = { copy: "Copy", paste: "Paste" } as const;
const CONTROL_KEYS: readonly number[] = [KEY.controlLeft, KEY.controlRight];
/** With one of these held down, a key is a command and not text. */
const COMMAND_KEYS: readonly number[] = [
  ...CONTROL_KEYS,
  KEY.metaLeft,
  KEY.superLeft,
  KEY.metaRight,
  KEY.superRight,
];

export class Desktop {
  readonly #fonts: Fonts;
  readonly #events: DesktopEvents;
  readonly #notes = new NoteWindow();
  /** From the back to the front; the last one has the focus. */
  #windows: OpenWindow[] = [
    { name: "welcome", title: "Welcome", size: WELCOME_SIZE, buttons: [] },
    { name: "notes", title: "Note-pad", size: NOTE_SIZE, buttons: [BUTTON.copy, BUTTON.paste] },
  ];
  #screen: Size;
  #now: Date;
  #viewers = 0;
  #pointer: Point = { x: 0, y: 0 };
  #buttons = 0;
  #drag: { readonly window: OpenWindow; readonly grip: Point } | undefined;
  readonly #held = new Set<number>();

  constructor(fonts: Fonts, { screen, now }: { screen: Size; now: Date }, events: DesktopEvents) {
    this.#fonts = fonts;
    this.#screen = screen;
    this.#now = now;
    this.#events = events;
  }

  get note(): string {
    return this.#notes.text;
  }

  get pointerShape(): PointerShape {
    const top = this.#windowAt(this.#pointer);
    const isOverText = top?.name === "notes" && contains(contentRect(this.#rectOf(top)), this.#pointer);
    return isOverText && !this.#drag ? "text" : "arrow";
  }

  resize(screen: Size): void {
    this.#screen = screen;
    this.#events.onDamage({ x: 0, y: 0, ...screen });
  }

  showViewers(count: number): void {
    this.#viewers = count;
    this.#events.onDamage(panelRect(this.#screen));
  }

  tick(now: Date): void {
    const card = clockCardRect(this.#screen);
    const before = this.#now;
    this.#now = now;
    this.#events.onDamage(waveRect(card));
    if (secondOf(now) !== secondOf(before)) for (const rect of secondRects(card)) this.#events.onDamage(rect);
    if (now.toDateString() !== before.toDateString()) this.#events.onDamage(dayRect(card));
  }

  movePointer(point: Point, buttons: number): void {
    const wasDown = (this.#buttons & LEFT_BUTTON) !== 0;
    const isDown = (buttons & LEFT_BUTTON) !== 0;
    this.#pointer = point;
    this.#buttons = buttons;
    if (!isDown) this.#drag = undefined;
    else if (!wasDown) this.#press(point);
    else if (this.#drag) this.#dragTo(this.#drag, point);
  }

  pressKey(keysym: number, isDown: boolean): void {
    if (COMMAND_KEYS.includes(keysym)) {
      if (isDown) this.#held.add(keysym);
      else this.#held.delete(keysym);
    } else if (isDown && this.#windows.at(-1)?.name === "notes") {
      this.#changeNotes(() => (this.#held.size === 0 ? this.#notes.typeKey(keysym) : this.#command(keysym)));
    }
  }

  keepClipboard(text: string): void {
    this.#changeNotes(() => this.#notes.keepClipboard(text));
  }

  /** Forgets keys and buttons that nobody is left to release. */
  releaseAll(): void {
    this.#held.clear();
    this.#buttons = 0;
    this.#drag = undefined;
  }

  /** Paints what lies in the canvas's clip over the wallpaper. */
  paint(canvas: Canvas, wallpaper: Canvas): void {
    canvas.copyFrom(wallpaper);
    const card = clockCardRect(this.#screen);
    if (doMeet(card, canvas.clip)) paintClockCard(canvas, this.#fonts, { card, now: this.#now });
    for (const window of this.#windows) this.#paintWindow(canvas, window);
    if (canvas.clip.y < PANEL_HEIGHT) paintPanel(canvas, this.#fonts, this.#viewers);
  }

  #paintWindow(canvas: Canvas, window: OpenWindow): void {
    const rect = this.#rectOf(window);
    if (!doMeet(framedRect(rect), canvas.clip)) return;
    const hasFocus = window === this.#windows.at(-1);
    paintFrame(canvas, this.#fonts, { rect, title: window.title, buttons: window.buttons, hasFocus });
    const content = contentRect(rect);
    if (window.name === "notes") this.#notes.paint(canvas, this.#fonts, { content, hasFocus });
    else paintWelcome(canvas, this.#fonts, content);
  }

  #press(point: Point): void {
    const window = this.#windowAt(point);
    if (!window) return;
    this.#raise(window);
    const rect = this.#rectOf(window);
    const button = buttonAt({ rect, buttons: window.buttons }, point);
    if (button !== undefined) this.#pushButton(button);
    else if (contains(titleBarRect(rect), point))
      this.#drag = { window, grip: { x: point.x - rect.x, y: point.y - rect.y } };
    else if (window.name === "notes") this.#changeNotes(() => this.#notes.press(contentRect(rect), point));
  }

  #raise(window: OpenWindow): void {
    const front = this.#windows.at(-1);
    if (window === front) return;
    this.#windows = [...this.#windows.filter((other) => other !== window), window];
    for (const changed of this.#windows) this.#events.onDamage(framedRect(this.#rectOf(changed)));
  }

  #dragTo({ window, grip }: { window: OpenWindow; grip: Point }, point: Point): void {
    this.#events.onDamage(framedRect(this.#rectOf(window)));
    window.movedTo = { x: point.x - grip.x, y: point.y - grip.y };
    this.#events.onDamage(framedRect(this.#rectOf(window)));
  }

  #command(keysym: number): void {
    const isControl = CONTROL_KEYS.some((key) => this.#held.has(key));
    if (!isControl) return;
    if (keysym === 0x63 /* c */) this.#pushButton(BUTTON.copy);
    if (keysym === 0x76 /* v */) this.#pushButton(BUTTON.paste);
  }

  #pushButton(caption: string): void {
    this.#changeNotes(() => {
      const copied = caption === BUTTON.copy ? this.#notes.copy() : undefined;
      if (copied !== undefined) this.#events.onCopy(copied);
      if (caption === BUTTON.paste) this.#notes.paste();
    });
  }

  /** Runs `change` and reports the rows of the note-pad that look different after it. */
  #changeNotes(change: () => void): void {
    const window = this.#windows.find(({ name }) => name === "notes");
    if (!window) return;
    const content = contentRect(this.#rectOf(window));
    const before = this.#notes.rows(content);
    change();
    this.#notes.rows(content).forEach(({ rect, shows }, i) => {
      if (shows !== before[i]?.shows) this.#events.onDamage(rect);
    });
  }

  #windowAt(point: Point): OpenWindow | undefined {
    if (point.y < PANEL_HEIGHT) return undefined;
    return this.#windows.findLast((window) => contains(this.#rectOf(window), point));
  }

  #rectOf(window: OpenWindow): Rect {
    const { x, y } = window.movedTo ?? firstPlace(window.name, this.#screen);
    const { width, height } = window.size;
    return {
      x: Math.max(GRIP_PIXELS - width, Math.min(this.#screen.width - GRIP_PIXELS, x)),
      y: Math.max(PANEL_HEIGHT, Math.min(this.#screen.height - TITLE_BAR_HEIGHT, y)),
      width,
      height,
    };
  }
}

/** Since 1970: a clock may also jump by whole minutes. */
function secondOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Both windows to the left of the clock; they overlap where the screen is too low for both. */
function firstPlace(name: WindowName, { width, height }: Size): Point {
  const left = width < 1100 ? 20 : Math.round(width * 0.06);
  if (name === "welcome") return { x: left, y: height < 700 ? PANEL_HEIGHT + 14 : Math.round(height * 0.1) };
  const low = height < 700 ? PANEL_HEIGHT + 14 : Math.round(height * 0.1);
  const y = Math.min(low + WELCOME_SIZE.height + 34, height - NOTE_SIZE.height - 20);
  return { x: left + (width < 1100 ? 12 : 88), y: Math.max(PANEL_HEIGHT + 14 + TITLE_BAR_HEIGHT, y) };
}
