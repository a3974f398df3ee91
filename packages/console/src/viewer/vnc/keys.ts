/** Key names as RFB speaks them: an X11 keysym, and the physical key for servers that want scan codes. */
import type { KeyName } from "../key-names.ts";

interface VncKey {
  readonly keysym: number;
  readonly code: string;
}

// X11/keysymdef.h; F1 to F12 follow each other.
const NAMED: Readonly<Record<string, VncKey>> = {
  Control: { keysym: 0xffe3, code: "ControlLeft" },
  Alt: { keysym: 0xffe9, code: "AltLeft" },
  Super: { keysym: 0xffeb, code: "MetaLeft" },
  Escape: { keysym: 0xff1b, code: "Escape" },
  Tab: { keysym: 0xff09, code: "Tab" },
  Delete: { keysym: 0xffff, code: "Delete" },
  PrintScreen: { keysym: 0xff61, code: "PrintScreen" },
};
const KEYSYM_BEFORE_F1 = 0xffbd;

export function vncKeyOf(name: KeyName): VncKey {
  return NAMED[name] ?? { keysym: KEYSYM_BEFORE_F1 + Number(name.slice(1)), code: name };
}
