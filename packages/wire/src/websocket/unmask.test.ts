import { expect, it } from "vitest";
import { unmask } from "./unmask.ts";

const MASK = 0x01020380;
const maskByte = (at: number) => [1, 2, 3, 0x80][at & 3] ?? 0;

it("is XOR with the mask and its own inverse, at every alignment, phase and length", () => {
  for (const length of [0, 1, 3, 4, 63, 64, 65, 67, 130]) {
    for (let offset = 0; offset < 8; offset++) {
      for (let phase = 0; phase < 4; phase++) {
        const bytes = new Uint8Array(new ArrayBuffer(160), offset, length + 4);
        bytes.forEach((_, i) => {
          bytes[i] = (i * 37) & 255;
        });
        const before = bytes.slice();
        const range = { from: 2, to: 2 + length };
        unmask(bytes, range, MASK, phase);
        const expected = before.map((byte, i) =>
          i < 2 || 2 + length <= i ? byte : byte ^ maskByte(i - 2 + phase),
        );
        expect(bytes).toEqual(expected);
        unmask(bytes, range, MASK, phase);
        expect(bytes).toEqual(before);
      }
    }
  }
});
