/** The fields of tunnel messages (docs/protocols/ssh-tunnel.md §3), read and written in order. Reading past the end throws. */
import { readU8, readU16, readU32, writeU16, writeU32 } from "../bytes/big-endian.ts";
import { bytesOfUtf8, utf8 } from "../bytes/utf-8.ts";

/** LIMIT: one text; a longer one is refused by both sides. */
const MAX_TEXT_BYTES = 32 * 1024;
const TWO_TO_32 = 0x1_0000_0000;

export class FieldWriter {
  readonly #pieces: Uint8Array[] = [];

  get pieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  u8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  u16(value: number): this {
    const bytes = new Uint8Array(2);
    writeU16(bytes, 0, value);
    return this.bytes(bytes);
  }

  u32(value: number): this {
    const bytes = new Uint8Array(4);
    writeU32(bytes, 0, value);
    return this.bytes(bytes);
  }

  /** Up to 2^53 - 1; files are not larger. */
  u64(value: number): this {
    return this.u32(Math.floor(value / TWO_TO_32)).u32(value % TWO_TO_32);
  }

  flag(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  text(value: string): this {
    const bytes = bytesOfUtf8(value);
    if (MAX_TEXT_BYTES < bytes.length) throw new RangeError(`text of ${bytes.length} bytes`);
    return this.u16(bytes.length).bytes(bytes);
  }

  /** To the payload's end, without a length. */
  bytes(value: Uint8Array): this {
    this.#pieces.push(value);
    return this;
  }
}

export class FieldReader {
  readonly #payload: Uint8Array;
  #at = 0;

  constructor(payload: Uint8Array) {
    this.#payload = payload;
  }

  u8(): number {
    return readU8(this.#payload, this.#advance(1));
  }

  u16(): number {
    return readU16(this.#payload, this.#advance(2));
  }

  u32(): number {
    return readU32(this.#payload, this.#advance(4));
  }

  u64(): number {
    const value = this.u32() * TWO_TO_32 + this.u32();
    if (Number.MAX_SAFE_INTEGER < value) throw new RangeError(`number ${value}`);
    return value;
  }

  flag(): boolean {
    const value = this.u8();
    if (1 < value) throw new RangeError(`flag ${value}`);
    return value === 1;
  }

  text(): string {
    const length = this.u16();
    if (MAX_TEXT_BYTES < length) throw new RangeError(`text of ${length} bytes`);
    const from = this.#advance(length);
    if (this.#payload.length < this.#at) throw new RangeError("text beyond the payload");
    return utf8(this.#payload.subarray(from, this.#at));
  }

  /** What is left. */
  rest(): Uint8Array {
    return this.#payload.subarray(this.#advance(this.#payload.length - this.#at));
  }

  /** Whether everything was read. */
  get isDone(): boolean {
    return this.#at === this.#payload.length;
  }

  #advance(count: number): number {
    const from = this.#at;
    this.#at += count;
    return from;
  }
}
