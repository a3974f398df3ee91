/**
 * SPICE's main channel with the agent's forbidden messages made harmless: their type becomes one that no agent knows, and
 * their contents zeros.
 *
 * Nothing is taken out and nothing held back, so the agent's flow control stays right, and a message may be cut anywhere,
 * even inside its type. INVARIANT: no byte of a forbidden message's contents passes.
 */
import type { ByteGate, ByteGates } from "../bytes/byte-gate.ts";

export interface AgentPolicy {
  readonly clipboardToMachine: boolean;
  readonly clipboardFromMachine: boolean;
  readonly filesToMachine: boolean;
}

/** VD_AGENT_* of vd_agent.h. Types in use are below 256, so the first byte of four decides. */
const AGENT = { clipboard: 4, grab: 7, request: 8, fileStart: 10, fileStatus: 11, fileData: 12 } as const;
/** Never a type; agents ignore it. */
const HARMLESS = 0xff;
/** AGENT_DATA from the viewer (SPICE_MSGC_MAIN) and from the machine (SPICE_MSG_MAIN). */
const AGENT_DATA = { toMachine: 107, toViewer: 109 } as const;

/** SpiceMiniDataHeader: type, size. SpiceDataHeader: serial, type, size, list of sub-messages. */
const HEADERS = {
  mini: { bytes: 2 + 4, type: 0, size: 2, subMessages: undefined },
  full: { bytes: 8 + 2 + 4 + 4, type: 8, size: 10, subMessages: 14 },
} as const;
/** VDAgentMessage: protocol, type, opaque, size. */
const AGENT_HEADER = { bytes: 4 + 4 + 8 + 4, type: 4, size: 16 } as const;

/** The gates of a main channel; the header is what both sides agreed on in the link. */
export function spiceAgentGates(policy: AgentPolicy, header: keyof typeof HEADERS): ByteGates {
  const fromMachine = policy.clipboardFromMachine ? [] : [AGENT.clipboard, AGENT.grab];
  const toMachine = policy.clipboardToMachine ? [] : [AGENT.clipboard, AGENT.grab];
  const files = policy.filesToMachine ? [] : [AGENT.fileStart, AGENT.fileStatus, AGENT.fileData];
  // Whoever may not get the text need not ask for it, either.
  const askMachine = policy.clipboardFromMachine ? [] : [AGENT.request];
  const askViewer = policy.clipboardToMachine ? [] : [AGENT.request];
  return {
    toMachine: new AgentGate(
      AGENT_DATA.toMachine,
      HEADERS[header],
      new Set([...toMachine, ...askMachine, ...files]),
    ),
    toViewer: new AgentGate(AGENT_DATA.toViewer, HEADERS[header], new Set([...fromMachine, ...askViewer])),
  };
}

class AgentGate implements ByteGate {
  readonly #dataType: number;
  readonly #layout: (typeof HEADERS)[keyof typeof HEADERS];
  readonly #agent: AgentStream;
  readonly #header: Uint8Array;
  #headerBytes = 0;
  #bodyLeft = 0;
  #isAgentData = false;

  constructor(
    dataType: number,
    layout: (typeof HEADERS)[keyof typeof HEADERS],
    forbidden: ReadonlySet<number>,
  ) {
    this.#dataType = dataType;
    this.#layout = layout;
    this.#header = new Uint8Array(layout.bytes);
    this.#agent = new AgentStream(forbidden);
  }

  push(chunk: Uint8Array, pass: (bytes: Uint8Array) => void): string | undefined {
    const bytes = chunk.slice();
    let at = 0;
    while (at < bytes.length) {
      if (this.#bodyLeft === 0) at = this.#readHeader(bytes, at);
      if (this.#hasSubMessages()) return "sub-messages cannot be looked into";
      const end = Math.min(bytes.length, at + this.#bodyLeft);
      if (this.#isAgentData) this.#agent.censor(bytes.subarray(at, end));
      this.#bodyLeft -= end - at;
      at = end;
    }
    pass(bytes);
    return undefined;
  }

  #readHeader(bytes: Uint8Array, from: number): number {
    const end = Math.min(bytes.length, from + this.#layout.bytes - this.#headerBytes);
    this.#header.set(bytes.subarray(from, end), this.#headerBytes);
    this.#headerBytes += end - from;
    if (this.#headerBytes < this.#layout.bytes) return end;
    this.#headerBytes = 0;
    const view = new DataView(this.#header.buffer);
    this.#isAgentData = view.getUint16(this.#layout.type, true) === this.#dataType;
    this.#bodyLeft = view.getUint32(this.#layout.size, true);
    return end;
  }

  #hasSubMessages(): boolean {
    const at = this.#layout.subMessages;
    return (
      at !== undefined &&
      this.#headerBytes === 0 &&
      new DataView(this.#header.buffer).getUint32(at, true) !== 0
    );
  }
}

/** The agent's messages, which are cut into AGENT_DATA messages as their sender likes. */
class AgentStream {
  readonly #forbidden: ReadonlySet<number>;
  #headerBytes = 0;
  #size = 0;
  #left = 0;
  #isForbidden = false;

  constructor(forbidden: ReadonlySet<number>) {
    this.#forbidden = forbidden;
  }

  /** Changes `bytes` where it must. */
  censor(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left === 0) {
        this.#readHeaderByte(bytes, at);
        at += 1;
        continue;
      }
      const end = Math.min(bytes.length, at + this.#left);
      if (this.#isForbidden) bytes.fill(0, at, end);
      this.#left -= end - at;
      at = end;
    }
  }

  #readHeaderByte(bytes: Uint8Array, at: number): void {
    const byte = bytes[at] ?? 0;
    if (this.#headerBytes === AGENT_HEADER.type) {
      this.#isForbidden = this.#forbidden.has(byte);
      if (this.#isForbidden) bytes[at] = HARMLESS;
    }
    if (AGENT_HEADER.size <= this.#headerBytes)
      this.#size += byte * 2 ** (8 * (this.#headerBytes - AGENT_HEADER.size));
    this.#headerBytes += 1;
    if (this.#headerBytes < AGENT_HEADER.bytes) return;
    this.#left = this.#size;
    this.#headerBytes = 0;
    this.#size = 0;
  }
}
