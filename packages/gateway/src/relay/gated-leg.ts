/** A leg whose received bytes go through a gate, which may take some out or end the tunnel. */
import type { EndReason } from "@deskgate/contract";
import type { Leg, LegReceiver } from "./leg.ts";
import { WrappedLeg } from "./wrapped-leg.ts";

/** What a leg's bytes go through; returns why the tunnel must end, if it must. */
interface Gate {
  push(chunk: Uint8Array, pass: (bytes: Uint8Array) => void): string | undefined;
}

interface GatedOptions {
  readonly gate: Gate;
  /** Why the tunnel ended, where the gate ends it. */
  readonly refusal: EndReason;
}

export class GatedLeg extends WrappedLeg {
  readonly #options: GatedOptions;

  constructor(leg: Leg, options: GatedOptions) {
    super(leg);
    this.#options = options;
  }

  get inputCount(): number | undefined {
    return this.leg.inputCount;
  }

  receive(receiver: LegReceiver): void {
    this.leg.receive({
      onBytes: (block, from, to) => this.#pass(receiver, { block, from, to }),
      onDrain: () => receiver.onDrain(),
      onEnd: (closeCode) => receiver.onEnd(closeCode),
      onViolation: (reason) => receiver.onViolation(reason),
      onFailed: (failure) => receiver.onFailed(failure),
      onGone: (cause) => receiver.onGone(cause),
    });
  }

  /** Untouched blocks keep their head-room; pieces are copied, because the head-room of one is the end of another. */
  #pass(
    receiver: LegReceiver,
    { block, from, to }: { readonly block: Uint8Array; readonly from: number; readonly to: number },
  ): void {
    const pieces: Uint8Array[] = [];
    const { gate, refusal } = this.#options;
    const refused = gate.push(block.subarray(from, to), (bytes) => void pieces.push(bytes));
    const [first] = pieces;
    if (pieces.length === 1 && first?.length === to - from && first.buffer === block.buffer)
      receiver.onBytes(block, from, to);
    else for (const piece of pieces.map((one) => one.slice())) receiver.onBytes(piece, 0, piece.length);
    if (refused !== undefined) receiver.onFailed({ reason: refusal, detail: refused });
  }
}
