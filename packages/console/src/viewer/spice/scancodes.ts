/** Key names as SPICE speaks them: scan codes of set 1 in the order of their bytes, with E0 first where they have one. */
import type { KeyName } from "../key-names.ts";

const EXTENDED = 0xe0;
const RELEASED = 0x80;

const NAMED: Readonly<Record<string, readonly number[]>> = {
  Control: [0x1d],
  Alt: [0x38],
  Super: [EXTENDED, 0x5b],
  Escape: [0x01],
  Tab: [0x0f],
  Delete: [EXTENDED, 0x53],
  PrintScreen: [EXTENDED, 0x37],
  F11: [0x57],
  F12: [0x58],
};
const CODE_BEFORE_F1 = 0x3a;

/** The number that a key message carries. */
export function scancodeOf(name: KeyName, isDown: boolean): number {
  const codes = NAMED[name] ?? [CODE_BEFORE_F1 + Number(name.slice(1))];
  const last = codes.length - 1;
  return codes.reduce(
    (sum, code, i) => sum | ((i === last && !isDown ? code | RELEASED : code) << (8 * i)),
    0,
  );
}
