/** Keys that browsers keep for themselves, and what terminals send for them (xterm's control sequences). */
import type { SpecialKey } from "../surface.ts";

const CONTROL_KEYS = [..."CDZLRWTN"].map((letter) => ({
  label: `Ctrl + ${letter}`,
  text: String.fromCharCode(letter.charCodeAt(0) & 0x1f),
}));

// F1 to F4 are SS3 sequences, the rest CSI with a number that skips 16 and 22.
const FUNCTION_KEYS = [
  ...["P", "Q", "R", "S"].map((letter) => `\x1bO${letter}`),
  ...[15, 17, 18, 19, 20, 21, 23, 24].map((number) => `\x1b[${number}~`),
].map((text, i) => ({ label: `F${i + 1}`, text }));

const KEYS = [
  { label: "Esc", text: "\x1b" },
  { label: "Tab", text: "\t" },
  ...CONTROL_KEYS,
  ...FUNCTION_KEYS,
];

export function terminalKeys(send: (bytes: Uint8Array) => void): readonly SpecialKey[] {
  const encoder = new TextEncoder();
  return KEYS.map(({ label, text }) => ({ label, send: () => send(encoder.encode(text)) }));
}
