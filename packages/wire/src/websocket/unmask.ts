/** The masking of RFC 6455 §5.3, in place and by 32-bit words. */

const maskBytes = new Uint8Array(4);
const maskWord = new Uint32Array(maskBytes.buffer);
const WORDS_PAY_FROM_BYTES = 64;

/**
 * XORs `bytes[from, to)` with the mask. `mask` is the four mask bytes as one big-endian number; `phase` (0-3) says which
 * mask byte belongs to `bytes[from]`. The function is its own inverse.
 */
export function unmask(
  bytes: Uint8Array,
  range: { readonly from: number; readonly to: number },
  mask: number,
  phase: number,
): void {
  let { from } = range;
  let at = phase;
  if (WORDS_PAY_FROM_BYTES <= range.to - from) {
    while (((bytes.byteOffset + from) & 3) !== 0) xorByte(bytes, from++, mask, at++);
    for (let i = 0; i < 4; i++) maskBytes[i] = maskByte(mask, at + i);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + from, (range.to - from) >> 2);
    const word = maskWord[0] ?? 0;
    for (let i = 0; i < words.length; i++) words[i] = (words[i] as number) ^ word; // in bounds by the loop's condition
    from += words.length << 2; // whole words leave the phase as it is
  }
  while (from < range.to) xorByte(bytes, from++, mask, at++);
}

function maskByte(mask: number, at: number): number {
  return (mask >>> (24 - 8 * (at & 3))) & 255;
}

function xorByte(bytes: Uint8Array, at: number, mask: number, phase: number): void {
  bytes[at] = (bytes[at] as number) ^ maskByte(mask, phase); // callers stay in bounds
}
