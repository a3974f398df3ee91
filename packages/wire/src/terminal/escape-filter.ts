/**
 * Takes out of a terminal's output what would act on more than the terminal: OSC 52 (the clipboard) and OSC 0, 1 and 2
 * (titles), by xterm's control sequences (ECMA-48 §8.3.89). All else passes unchanged.
 *
 * Works on decoded text, because terminals drop malformed UTF-8, and what they drop could hide an introducer. It sees
 * begin and end of a sequence where xterm.js does, control characters in between included.
 * INVARIANT: however the text is cut, nothing of such a sequence is passed on; at most one sequence is held.
 */
const ESC = "\x1b";
const BEL = "\x07";
const C1_OSC = "\x9d";
const C1_ST = "\x9c";
/**
 * Stands in the place of what is taken out: its introducer would have ended a control string that is still open, and
 * without one a terminal ignores it.
 */
const PLACE_HOLDER = "\x1b\\";
/** A byte order mark is dropped by terminals wherever it stands. */
const BYTE_ORDER_MARK = "\ufeff";

/** LIMIT: digits of a code, leading zeros included; a sequence with more is dropped, since none is in use. */
const MAX_CODE_DIGITS = 6;
/** LIMIT: a longer clipboard or title is dropped as a whole. */
export const MAX_SEQUENCE_CHARACTERS = 256 * 1024;

const TITLES: readonly number[] = [0, 1, 2];
const CLIPBOARD = 52;

type Kind = "title" | "clipboard" | "dropped";

export interface TakenOut {
  readonly kind: "title" | "clipboard";
  /** What stands behind the code. For the clipboard: `targets;base64`, or `targets;?` as a question. */
  readonly payload: string;
}

export interface Filtered {
  readonly passed: string;
  readonly taken: readonly TakenOut[];
}

type State =
  | { readonly at: "ground" }
  /** ESC came; `isAfterString` where it may be the first half of a terminator. */
  | { readonly at: "introduced"; readonly isAfterString: boolean }
  | { readonly at: "code"; readonly introducer: string; readonly digits: string }
  | { readonly at: "collecting"; readonly kind: Kind; readonly payload: string };

const GROUND: State = { at: "ground" };

type CharacterClass = (code: number) => boolean;

const isIntroducer: CharacterClass = (code) => code === 0x1b || code === 0x9d || code === 0xfeff;
/** What ends a control string, or begins another. */
const isStringEnd: CharacterClass = (code) =>
  code === 0x07 || code === 0x18 || code === 0x1a || code === 0x1b || (0x80 <= code && code <= 0x9f);
/** Executed or ignored within a sequence, which goes on after them. */
const isWithin: CharacterClass = (code) => code < 0x20 && code !== 0x18 && code !== 0x1a && code !== 0x1b;

export class EscapeFilter {
  #state: State = GROUND;
  #passed = "";
  #taken: TakenOut[] = [];

  feed(text: string): Filtered {
    this.#passed = "";
    this.#taken = [];
    for (let at = 0; at < text.length; ) at = this.#step(text, at);
    return { passed: this.#passed, taken: this.#taken };
  }

  /** Understands some of `text` from `at` on, and returns where to go on. */
  #step(text: string, at: number): number {
    const state = this.#state;
    switch (state.at) {
      case "ground":
        return this.#onGround(text, at);
      case "introduced":
        return at + this.#onIntroduced(state, text.charAt(at));
      case "code":
        return at + this.#onCode(state, text.charAt(at));
      case "collecting":
        return this.#onCollecting(state, text, at);
    }
  }

  #onGround(text: string, from: number): number {
    const at = indexOf(isIntroducer, text, from);
    this.#passed += text.slice(from, at);
    const found = text.charAt(at);
    if (found === ESC) this.#state = { at: "introduced", isAfterString: false };
    if (found === C1_OSC) this.#state = { at: "code", introducer: C1_OSC, digits: "" };
    return at + 1;
  }

  #onIntroduced({ isAfterString }: State & { readonly at: "introduced" }, character: string): 0 | 1 {
    if (character === "]") {
      this.#state = { at: "code", introducer: `${ESC}]`, digits: "" };
      return 1;
    }
    if (isWithin(character.charCodeAt(0))) {
      this.#passed += character;
      return 1;
    }
    if (character === "\x7f" || character === BYTE_ORDER_MARK) return 1;
    this.#state = GROUND;
    if (isAfterString && character === "\\") return 1;
    this.#passed += ESC;
    return 0;
  }

  #onCode({ introducer, digits }: State & { readonly at: "code" }, character: string): 0 | 1 {
    const code = character.charCodeAt(0);
    if ((isWithin(code) && !isStringEnd(code)) || character === BYTE_ORDER_MARK) return 1;
    if (/^[0-9]$/.test(character)) {
      const more = digits + character;
      if (MAX_CODE_DIGITS < more.length) this.#collect("dropped");
      else this.#state = { at: "code", introducer, digits: more };
      return 1;
    }
    const kind = kindOf(digits);
    const isOver = character === ";" || isStringEnd(code);
    if (kind && isOver) {
      this.#collect(kind);
      return character === ";" ? 1 : 0;
    }
    this.#passed += introducer + digits;
    this.#state = GROUND;
    return 0;
  }

  #collect(kind: Kind): void {
    this.#passed += PLACE_HOLDER;
    this.#state = { at: "collecting", kind, payload: "" };
  }

  #onCollecting(
    { kind, payload }: State & { readonly at: "collecting" },
    text: string,
    from: number,
  ): number {
    const at = indexOf(isStringEnd, text, from);
    const piece = withoutControls(text.slice(from, at));
    const isTooLong = MAX_SEQUENCE_CHARACTERS < payload.length + piece.length;
    const whole = isTooLong ? "" : payload + piece;
    const kept = isTooLong ? "dropped" : kind;
    const end = text.charAt(at);
    if (end === "") {
      this.#state = { at: "collecting", kind: kept, payload: whole };
      return at;
    }
    if (kept !== "dropped" && [BEL, ESC, C1_ST].includes(end))
      this.#taken.push({ kind: kept, payload: whole });
    this.#state = end === ESC ? { at: "introduced", isAfterString: true } : GROUND;
    // Other C1 characters begin something of their own; the rest was this sequence's end.
    const isConsumed = end < "\x80" || end === C1_ST;
    return isConsumed ? at + 1 : at;
  }
}

function withoutControls(text: string): string {
  return indexOf(isWithin, text, 0) === text.length
    ? text
    : Array.from(text)
        .filter((character) => !isWithin(character.charCodeAt(0)))
        .join("");
}

/** Where a character of the class is found next; the text's length where there is none. */
function indexOf(is: CharacterClass, text: string, from: number): number {
  let at = from;
  while (at < text.length && !is(text.charCodeAt(at))) at++;
  return at;
}

/** No digits are no code; leading zeros do not matter. */
function kindOf(digits: string): TakenOut["kind"] | undefined {
  if (digits === "") return undefined;
  const code = Number(digits);
  if (code === CLIPBOARD) return "clipboard";
  return TITLES.includes(code) ? "title" : undefined;
}
