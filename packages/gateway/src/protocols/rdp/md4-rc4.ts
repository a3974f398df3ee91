/** MD4 (RFC 1320) and RC4, which NTLM needs and OpenSSL 3 keeps in a provider that is not loaded. For nothing else. */

const BLOCK_BYTES = 64;

export function md4(message: Uint8Array): Buffer {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < padded.length; at += BLOCK_BYTES)
    addBlock(state, padded.subarray(at, at + BLOCK_BYTES));
  const digest = Buffer.alloc(16);
  for (const [i, word] of state.entries()) digest.writeUInt32LE(word, i * 4);
  return digest;
}

interface Round {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly add: number;
  readonly shifts: readonly number[];
  readonly order: readonly number[];
}

const ROUNDS: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    add: 0,
    shifts: [3, 7, 11, 19],
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    add: 0x5a827999,
    shifts: [3, 5, 9, 13],
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    add: 0x6ed9eba1,
    shifts: [3, 9, 11, 15],
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
  },
];

function addBlock(state: Uint32Array, block: Buffer): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (const { mix, add, shifts, order } of ROUNDS) {
    for (const [step, word] of order.entries()) {
      const sum = (a + mix(b, c, d) + block.readUInt32LE(word * 4) + add) | 0;
      const shift = shifts[step % shifts.length] ?? 0;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  for (const [i, word] of [a, b, c, d].entries()) state[i] = ((state[i] ?? 0) + word) | 0;
}

/** One key stream; each call goes on where the last ended. */
export class Rc4 {
  readonly #s = Uint8Array.from({ length: 256 }, (_, i) => i);
  #i = 0;
  #j = 0;

  constructor(key: Uint8Array) {
    let j = 0;
    for (let i = 0; i < 256; i++) {
      j = (j + this.#at(i) + (key[i % key.length] ?? 0)) & 255;
      this.#swap(i, j);
    }
  }

  apply(bytes: Uint8Array): Buffer {
    const out = Buffer.alloc(bytes.length);
    for (const [n, byte] of bytes.entries()) {
      this.#i = (this.#i + 1) & 255;
      this.#j = (this.#j + this.#at(this.#i)) & 255;
      this.#swap(this.#i, this.#j);
      out[n] = byte ^ this.#at((this.#at(this.#i) + this.#at(this.#j)) & 255);
    }
    return out;
  }

  #at(index: number): number {
    return this.#s[index] ?? 0;
  }

  #swap(one: number, other: number): void {
    [this.#s[one], this.#s[other]] = [this.#at(other), this.#at(one)];
  }
}
