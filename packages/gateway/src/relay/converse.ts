/**
 * Drives a sans-I/O handshake over a leg until it is over: feeds it what arrives, sends what it says.
 *
 * One signal is the deadline of the whole handshake. The leg is paused when this settles; bytes beyond the handshake are
 * kept for whoever reads next.
 */
import { ByteQueue } from "@deskgate/wire";
import type { Leg } from "./leg.ts";

/** The pure machine: one step of it, and whether its state is final. */
export interface Conversation<State> {
  readonly begin: State;
  advance(
    state: State,
    bytes: Uint8Array,
  ): { readonly next: State; readonly consumed: number; readonly send?: Uint8Array };
  isOver(state: State): boolean;
}

export type Conversed<State> =
  | {
      readonly state: State;
      /** Takes the bytes beyond the handshake; call it right before naming the next receiver, since more may still come. */
      readonly takeRest: () => Uint8Array;
    }
  | { readonly broken: "gone" | "violation" | "deadline"; readonly detail: string };

/** LIMIT: what a peer may send ahead during a handshake before it is cut off. */
const MAX_AHEAD_BYTES = 256 * 1024;

/** Never rejects. `greeting` is sent first where our side opens the talk. */
export function converse<State>(
  leg: Leg,
  conversation: Conversation<State>,
  options: { readonly signal: AbortSignal; readonly greeting?: Uint8Array },
): Promise<Conversed<State>> {
  const { promise, resolve } = Promise.withResolvers<Conversed<State>>();
  const queue = new ByteQueue();
  let state = conversation.begin;
  let isSettled = false;
  const settle = (outcome: Conversed<State>) => {
    if (isSettled) return;
    isSettled = true;
    options.signal.removeEventListener("abort", onAbort);
    leg.pause();
    resolve(outcome);
  };
  const onAbort = () =>
    settle({ broken: "deadline", detail: `handshake not finished: ${reasonOf(options.signal)}` });
  const step = () => {
    for (let isMoving = true; isMoving && !conversation.isOver(state); ) {
      const { next, consumed, send } = conversation.advance(state, queue.peek());
      isMoving = 0 < consumed || next !== state;
      queue.drop(consumed);
      state = next;
      if (send) leg.send(send, 0, send.length, true);
    }
    if (conversation.isOver(state)) settle({ state, takeRest: () => queue.takeAll() });
    else if (MAX_AHEAD_BYTES < queue.length)
      settle({ broken: "violation", detail: "peer sent too much during the handshake" });
  };
  leg.receive({
    onBytes: (block, from, to) => {
      queue.push(block.subarray(from, to));
      if (!isSettled) step();
    },
    onDrain: () => {},
    onEnd: () => settle({ broken: "gone", detail: "peer ended during the handshake" }),
    onViolation: (detail) => settle({ broken: "violation", detail }),
    onFailed: ({ detail }) => settle({ broken: "violation", detail }),
    onGone: (cause) =>
      settle({ broken: "gone", detail: cause?.message ?? "peer went away during the handshake" }),
  });
  // A talk before this one has left the leg paused.
  leg.resume();
  options.signal.addEventListener("abort", onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  if (options.greeting) leg.send(options.greeting, 0, options.greeting.length, true);
  return promise;
}

function reasonOf(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : "given up";
}
