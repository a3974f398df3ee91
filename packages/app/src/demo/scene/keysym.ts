/** X11 keysyms as RFB sends them (RFC 6143 §7.5.4, "X Window System Protocol" appendix A): characters and editing keys. */

export const KEY = {
  backspace: 0xff08,
  tab: 0xff09,
  enter: 0xff0d,
  home: 0xff50,
  left: 0xff51,
  up: 0xff52,
  right: 0xff53,
  down: 0xff54,
  end: 0xff57,
  insert: 0xff63,
  keypadEnter: 0xff8d,
  delete: 0xffff,
  shiftLeft: 0xffe1,
  shiftRight: 0xffe2,
  controlLeft: 0xffe3,
  controlRight: 0xffe4,
  metaLeft: 0xffe7,
  metaRight: 0xffe8,
  superLeft: 0xffeb,
  superRight: 0xffec,
} as const;

/** Keypad keys with navigation on them do what the plain keys do. */
const KEYPAD = new Map<number, number>([
  [KEY.keypadEnter, KEY.enter],
  [0xff95, KEY.home],
  [0xff96, KEY.left],
  [0xff97, KEY.up],
  [0xff98, KEY.right],
  [0xff99, KEY.down],
  [0xff9c, KEY.end],
  [0xff9e, KEY.insert],
  [0xff9f, KEY.delete],
]);

/** Keysyms older than Unicode whose characters the note-pad can show. */
const LEGACY = new Map<number, string>([
  [0x0aa9, "—"],
  [0x0aaa, "–"],
  [0x0aae, "…"],
  [0x0ac9, "™"],
  [0x0ad0, "‘"],
  [0x0ad1, "’"],
  [0x0ad2, "“"],
  [0x0ad3, "”"],
  [0x0ae6, "•"],
  [0x0afe, "„"],
  [0x13bc, "Œ"],
  [0x13bd, "œ"],
  [0x13be, "Ÿ"],
  [0x20ac, "€"],
]);

const UNICODE_FIRST = 0x01000000;
const UNICODE_LAST = 0x0110ffff;

/** The plain key behind a keypad key. */
export function plainKey(keysym: number): number {
  return KEYPAD.get(keysym) ?? keysym;
}

/** The character a key types, if it types one. */
export function characterOf(keysym: number): string | undefined {
  if ((0x20 <= keysym && keysym <= 0x7e) || (0xa0 <= keysym && keysym <= 0xff))
    return String.fromCodePoint(keysym);
  if (0xffaa <= keysym && keysym <= 0xffb9) return String.fromCodePoint(keysym - 0xff80); // keypad "*" to "9"
  if (UNICODE_FIRST <= keysym && keysym <= UNICODE_LAST) return unicodeCharacter(keysym - UNICODE_FIRST);
  return LEGACY.get(keysym);
}

function unicodeCharacter(code: number): string | undefined {
  const isSurrogate = 0xd800 <= code && code <= 0xdfff;
  const isControl = code < 0x20 || (0x7f <= code && code < 0xa0);
  return isSurrogate || isControl ? undefined : String.fromCodePoint(code);
}
