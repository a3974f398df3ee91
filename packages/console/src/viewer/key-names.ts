/** Keys that can be sent from the toolbar, by names that belong to no protocol. */
const FUNCTION_KEYS = ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12"] as const;

export type KeyName =
  | "Control"
  | "Alt"
  | "Super"
  | "Escape"
  | "Tab"
  | "Delete"
  | "PrintScreen"
  | (typeof FUNCTION_KEYS)[number];

export const CTRL_ALT_DEL: readonly KeyName[] = ["Control", "Alt", "Delete"];

export interface KeyChord {
  readonly label: string;
  readonly keys: readonly KeyName[];
}

/** What browsers and window systems keep for themselves when it is typed. */
export const SINGLE_CHORDS: readonly KeyChord[] = [
  { label: "Esc", keys: ["Escape"] },
  { label: "Tab", keys: ["Tab"] },
  { label: "Alt + Tab", keys: ["Alt", "Tab"] },
  { label: "Alt + F4", keys: ["Alt", "F4"] },
  { label: "Windows / Super", keys: ["Super"] },
  { label: "Print Screen", keys: ["PrintScreen"] },
];

/** Text consoles of a Linux desktop. */
export const CONSOLE_CHORDS: readonly KeyChord[] = FUNCTION_KEYS.slice(0, 8).map((key) => ({
  label: `Ctrl + Alt + ${key}`,
  keys: ["Control", "Alt", key],
}));
