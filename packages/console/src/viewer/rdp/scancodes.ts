/** Key names as RDP speaks them: scan codes of set 1, extended ones with E0 in front. */
import type { KeyName } from "../key-names.ts";

const NAMED: Readonly<Record<string, number>> = {
  Control: 0x1d,
  Alt: 0x38,
  Super: 0xe05b,
  Escape: 0x01,
  Tab: 0x0f,
  Delete: 0xe053,
  PrintScreen: 0xe037,
  F11: 0x57,
  F12: 0x58,
};
const CODE_BEFORE_F1 = 0x3a;

export function scancodeOf(name: KeyName): number {
  return NAMED[name] ?? CODE_BEFORE_F1 + Number(name.slice(1));
}
