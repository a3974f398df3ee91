/**
 * What a viewer and the SPICE agent in a machine say to each other about text (vd_agent.h): out of the pieces of
 * AGENT_DATA that the main channel carries, and back into messages.
 *
 * Without the selection capability, which is not announced here, there is one clipboard and no number of it in front.
 */
import { concatBytes } from "../bytes/concat.ts";
import { readU32Le, u32Le } from "../bytes/little-endian.ts";

/** VD_AGENT_*; see vd_agent.h. */
export const SPICE_AGENT = {
  clipboard: 4,
  capabilities: 6,
  grab: 7,
  request: 8,
  release: 9,
} as const;

/** Bits of the first word of capabilities. */
export const SPICE_AGENT_CAPABILITY = {
  mouseState: 1 << 0,
  monitorsConfig: 1 << 1,
  reply: 1 << 2,
  clipboardByDemand: 1 << 5,
} as const;

/** VD_AGENT_CLIPBOARD_UTF8_TEXT. */
const UTF8_TEXT = 1;
/** LIMIT: formats that a grab names; agents know six. */
const MAX_FORMATS = 64;
/** LIMIT: of a message's contents that are kept; longer ones are passed over. */
export const MAX_AGENT_TEXT_BYTES = 1024 * 1024;

/** `grab`: the machine has something new; `request`: it wants what we have. Everything else is of no interest here. */
export type AgentWord =
  | { readonly type: "grab"; readonly hasText: boolean }
  | { readonly type: "request"; readonly isForText: boolean }
  | { readonly type: "text"; readonly utf8: Uint8Array }
  | { readonly type: "capabilities"; readonly isAsking: boolean };

/** VDAgentMessage: protocol, type, opaque, size. */
const HEADER = { bytes: 4 + 4 + 8 + 4, type: 4, size: 16 } as const;

/** LIMIT: holds one message of {@link MAX_AGENT_TEXT_BYTES} at most, however long it says that it is. */
export class AgentReader {
  #header = new Uint8Array(0);
  #type = 0;
  #left = 0;
  #kept: Uint8Array[] | undefined;

  /** `piece`: the contents of one AGENT_DATA. */
  feed(piece: Uint8Array): readonly AgentWord[] {
    const words: AgentWord[] = [];
    let rest = piece;
    while (0 < rest.length) rest = 0 < this.#left ? this.#body(rest, words) : this.#head(rest, words);
    return words;
  }

  #head(bytes: Uint8Array, words: AgentWord[]): Uint8Array {
    const missing = HEADER.bytes - this.#header.length;
    this.#header = concatBytes([this.#header, bytes.subarray(0, missing)]);
    if (HEADER.bytes <= this.#header.length) {
      this.#type = readU32Le(this.#header, HEADER.type);
      this.#left = readU32Le(this.#header, HEADER.size);
      this.#kept = MAX_AGENT_TEXT_BYTES < this.#left ? undefined : [];
      this.#header = new Uint8Array(0);
      if (this.#left === 0) this.#end(words);
    }
    return bytes.subarray(missing);
  }

  #body(bytes: Uint8Array, words: AgentWord[]): Uint8Array {
    const own = bytes.subarray(0, this.#left);
    this.#left -= own.length;
    this.#kept?.push(own.slice());
    if (this.#left === 0) this.#end(words);
    return bytes.subarray(own.length);
  }

  #end(words: AgentWord[]): void {
    const word = this.#kept && parseWord(this.#type, concatBytes(this.#kept));
    this.#kept = undefined;
    if (word) words.push(word);
  }
}

/** `undefined` where it is of no interest, or not what it should be. */
function parseWord(type: number, data: Uint8Array): AgentWord | undefined {
  if (data.length < 4) return undefined;
  const first = readU32Le(data, 0);
  switch (type) {
    case SPICE_AGENT.grab:
      return { type: "grab", hasText: formatsOf(data).includes(UTF8_TEXT) };
    case SPICE_AGENT.request:
      return { type: "request", isForText: first === UTF8_TEXT };
    case SPICE_AGENT.clipboard:
      return first === UTF8_TEXT ? { type: "text", utf8: data.subarray(4) } : undefined;
    case SPICE_AGENT.capabilities:
      return { type: "capabilities", isAsking: first !== 0 };
    default:
      return undefined;
  }
}

function formatsOf(data: Uint8Array): readonly number[] {
  const count = Math.min(MAX_FORMATS, Math.floor(data.length / 4));
  return Array.from({ length: count }, (_, i) => readU32Le(data, i * 4));
}

/** Contents of a grab: we have text. */
export function encodeTextGrab(): Uint8Array {
  return u32Le(UTF8_TEXT);
}

/** Contents of a request for the machine's text. */
export function encodeTextRequest(): Uint8Array {
  return u32Le(UTF8_TEXT);
}

/** Contents of our answer to a request. */
export function encodeText(utf8: Uint8Array): Uint8Array {
  return concatBytes([u32Le(UTF8_TEXT), utf8]);
}

/** Contents of our capabilities. */
export function encodeAgentCapabilities(isAsking: boolean, word: number): Uint8Array {
  return u32Le(isAsking ? 1 : 0, word);
}
