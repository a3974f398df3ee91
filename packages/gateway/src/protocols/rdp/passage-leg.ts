/** A leg whose received bytes go through one direction of an RDP passage: rewritten, judged, or past it once it is free. */
import type { EndReason } from "@deskgate/contract";
import type { Passage, PassageRefusal } from "@deskgate/wire";
import type { Leg, LegReceiver } from "../../relay/leg.ts";
import { WrappedLeg } from "../../relay/wrapped-leg.ts";

export interface PassageLegOptions {
  readonly passage: Passage;
  /** Only the machine's leaving says something about a credential. */
  readonly isMachine: boolean;
  readonly reasons: Readonly<Record<PassageRefusal["because"], EndReason>>;
}

export class PassageLeg extends WrappedLeg {
  readonly #options: PassageLegOptions;

  constructor(leg: Leg, options: PassageLegOptions) {
    super(leg);
    this.#options = options;
  }

  receive(receiver: LegReceiver): void {
    this.leg.receive({
      onBytes: (block, from, to) => this.#pass(receiver, { block, from, to }),
      onDrain: () => receiver.onDrain(),
      onEnd: (closeCode) => {
        if (!this.#failSignIn(receiver)) receiver.onEnd(closeCode);
      },
      onViolation: (reason) => receiver.onViolation(reason),
      onFailed: (failure) => receiver.onFailed(failure),
      onGone: (cause) => {
        this.#failSignIn(receiver);
        receiver.onGone(cause);
      },
    });
  }

  #pass(
    receiver: LegReceiver,
    { block, from, to }: { readonly block: Uint8Array; readonly from: number; readonly to: number },
  ): void {
    const { passage, reasons } = this.#options;
    if (passage.isFree) {
      receiver.onBytes(block, from, to);
      return;
    }
    const passed = passage.push(block.subarray(from, to));
    if ("refused" in passed) receiver.onFailed({ reason: reasons[passed.because], detail: passed.refused });
    else for (const piece of passed.pieces) receiver.onBytes(piece, 0, piece.length);
  }

  /** Most machines hang up without a word when they do not like a name or password. */
  #failSignIn(receiver: LegReceiver): boolean {
    const { passage, reasons, isMachine } = this.#options;
    if (!isMachine || !passage.isSigningIn) return false;
    receiver.onFailed({ reason: reasons.credential, detail: "peer left during the sign-in" });
    return true;
  }
}
