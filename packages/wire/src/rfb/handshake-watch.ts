/**
 * Both sides of an RFB handshake seen from in between (RFC 6143 §7.1), up to and including ClientInit: who speaks next and
 * for how many bytes, so that one knows where the messages begin.
 *
 * Only versions 3.3, 3.7 and 3.8 with security None and VncAuth are known, so the machine's other offers are taken out.
 * Whoever speaks out of turn ends it.
 */

import { readU32 } from "../bytes/big-endian.ts";
import type { ByteGates } from "../bytes/byte-gate.ts";
import { CHALLENGE_BYTES, parseVersion, SECURITY, SECURITY_RESULT, VERSION_BYTES } from "./handshake-step.ts";

type Side = "machine" | "viewer";
interface Turn {
  readonly of: Side;
  readonly bytes: number;
  /** Something else goes instead. */
  readonly isWithheld?: boolean;
}
/** `ended`: the machine said no; what follows is its reason. */
type Outcome = "agreed" | "ended" | { readonly refused: string };
type Say = (bytes: Uint8Array) => void;

function* turns(say: Say): Generator<Turn, Outcome, Uint8Array> {
  if (!parseVersion(yield { of: "machine", bytes: VERSION_BYTES }))
    return { refused: "machine does not speak rfb" };
  const version = parseVersion(yield { of: "viewer", bytes: VERSION_BYTES });
  if (!version) return { refused: "viewer does not speak rfb" };
  const security = version === "3.3" ? yield* decided() : yield* chosen(say);
  if (security === SECURITY.invalid) return "ended";
  if (!isKnown(security)) return { refused: `security type ${security} cannot be followed` };
  if (security === SECURITY.vncAuth) {
    yield { of: "machine", bytes: CHALLENGE_BYTES };
    yield { of: "viewer", bytes: CHALLENGE_BYTES };
  }
  // Before 3.8 security None has no result (RFC 6143 appendix A).
  const hasResult = security === SECURITY.vncAuth || version === "3.8";
  if (hasResult && readU32(yield { of: "machine", bytes: 4 }, 0) !== SECURITY_RESULT.ok) return "ended";
  yield { of: "viewer", bytes: 1 /* ClientInit */ };
  return "agreed";
}

function* decided(): Generator<Turn, number, Uint8Array> {
  return readU32(yield { of: "machine", bytes: 4 }, 0);
}

function* chosen(say: Say): Generator<Turn, number, Uint8Array> {
  const [count = 0] = yield { of: "machine", bytes: 1, isWithheld: true };
  if (count === 0) {
    say(Uint8Array.of(0));
    return SECURITY.invalid;
  }
  const offered = yield { of: "machine", bytes: count, isWithheld: true };
  const known = offered.filter(isKnown);
  const [first = SECURITY.invalid] = offered;
  if (known.length === 0) return first;
  say(Uint8Array.of(known.length, ...known));
  const [choice = SECURITY.invalid] = yield { of: "viewer", bytes: 1 };
  return choice;
}

function isKnown(security: number): boolean {
  return security === SECURITY.none || security === SECURITY.vncAuth;
}

class HandshakeWatch {
  readonly #said: Uint8Array[] = [];
  readonly #turns = turns((bytes) => void this.#said.push(bytes));
  #turn: Turn | undefined;
  #held = new Uint8Array(0);
  outcome: Outcome | undefined;

  constructor() {
    this.#go(this.#turns.next());
  }

  /** Passes what belongs to the handshake, and returns what follows it; or why it ends here. */
  hear(from: Side, bytes: Uint8Array, pass: Say): Uint8Array | { readonly refused: string } {
    let at = 0;
    while (at < bytes.length && this.#turn) {
      const turn: Turn = this.#turn;
      if (turn.of !== from) return { refused: `${from} spoke out of turn` };
      const piece = bytes.subarray(at, at + turn.bytes - this.#held.length);
      at += piece.length;
      if (!turn.isWithheld) pass(piece);
      this.#held = Uint8Array.of(...this.#held, ...piece);
      if (this.#held.length < turn.bytes) break;
      const whole = this.#held;
      this.#held = new Uint8Array(0);
      this.#go(this.#turns.next(whole));
      for (const said of this.#said.splice(0)) pass(said);
    }
    return typeof this.outcome === "object" ? this.outcome : bytes.subarray(at);
  }

  #go(step: IteratorResult<Turn, Outcome>): void {
    this.#turn = step.done ? undefined : step.value;
    if (step.done) this.outcome = step.value;
  }
}

/** Gates that begin where the handshake does. */
export function watchedFromHandshake(gates: ByteGates): ByteGates {
  const watch = new HandshakeWatch();
  const hear = (from: Side, chunk: Uint8Array, pass: Say): string | undefined => {
    const rest = watch.hear(from, chunk, pass);
    if ("refused" in rest) return rest.refused;
    if (rest.length === 0) return undefined;
    if (watch.outcome === "agreed")
      return (from === "machine" ? gates.toViewer : gates.toMachine).push(rest, pass);
    // The machine's reason for its no.
    if (from === "viewer") return "viewer speaks after the machine said no";
    pass(rest);
    return undefined;
  };
  return {
    toMachine: { push: (chunk, pass) => hear("viewer", chunk, pass) },
    toViewer: { push: (chunk, pass) => hear("machine", chunk, pass) },
  };
}
