/**
 * Slows guessing down, around every check of a secret that a person could guess.
 *
 * An unknown name is treated like a known one. Names are kept as hashes: people type passwords into the wrong field.
 */
import { DeskgateError } from "@deskgate/contract";
import { throttledPlace } from "../../domain/client-address.ts";
import type { Clock } from "../../domain/clock.ts";
import { hashSecret } from "../../domain/sign-in.ts";
import {
  afterAttempt,
  afterSuccess,
  pauseMs,
  type ThrottleKind,
  type ThrottleState,
  waitMs,
} from "../../domain/throttle.ts";
import type { ThrottleStore } from "./ports.ts";

export interface AttemptPlace {
  /** Absent where the secret alone names the account, as with links. */
  readonly accountName: string | undefined;
  readonly address: string;
}

interface ThrottleKey {
  readonly kind: ThrottleKind;
  readonly key: string;
}

interface AttemptGuardDeps {
  readonly throttles: ThrottleStore;
  readonly clock: Clock;
  readonly sleep: (durationMs: number) => Promise<void>;
}

export class AttemptGuard {
  readonly #deps: AttemptGuardDeps;

  constructor(deps: AttemptGuardDeps) {
    this.#deps = deps;
  }

  /** Runs `check` when it may; a check that gives `{refused}` counts as a failure. */
  async attempt<Checked extends object>(
    place: AttemptPlace,
    check: () => Promise<Checked>,
  ): Promise<Checked> {
    const keys = keysOf(place);
    const { before, delayMs } = await this.#begin(keys);
    if (delayMs > 0) await this.#deps.sleep(delayMs);
    const checked = await check();
    if (!("refused" in checked)) await this.#forgive(keys, before);
    return checked;
  }

  /** Counts the attempt as failed, or throws where it comes too early. Gives the delay to hold it for. */
  async #begin(keys: readonly ThrottleKey[]): Promise<Begun> {
    const now = this.#deps.clock.now();
    const begun = await this.#change(keys, (states) => {
      const blockedMs = longest(keys, states, (kind, state) =>
        kind === "account" ? 0 : waitMs(kind, state, now),
      );
      // An attempt that is not looked at does not count, or waiting would never help.
      if (blockedMs > 0) return { next: states, result: { blockedMs, before: states, delayMs: 0 } };
      const delayMs = longest(keys, states, (kind, state) =>
        kind === "account" ? pauseMs(kind, state, now) : 0,
      );
      const next = states.map((state) => afterAttempt(state, now));
      return { next, result: { blockedMs, before: states, delayMs } };
    });
    if (begun.blockedMs === 0) return begun;
    throw new DeskgateError("too_many_attempts", { retryAfterSeconds: Math.ceil(begun.blockedMs / 1000) });
  }

  async #forgive(keys: readonly ThrottleKey[], before: readonly ThrottleState[]): Promise<void> {
    await this.#change(keys, (states) => {
      const next = states.map((state, index) => {
        const kind = keys[index]?.kind ?? "address";
        return afterSuccess(kind, state, before[index] ?? state);
      });
      return { next, result: undefined };
    });
  }

  #change<Result>(keys: readonly ThrottleKey[], decide: Decide<Result>): Promise<Result> {
    return this.#deps.throttles.change(
      keys.map(({ key }) => key),
      decide,
    );
  }
}

type Decide<Result> = (states: readonly ThrottleState[]) => {
  readonly next: readonly ThrottleState[];
  readonly result: Result;
};

interface Begun {
  /** The states before the attempt, in the order of its keys. */
  readonly before: readonly ThrottleState[];
  readonly delayMs: number;
}

function longest(
  keys: readonly ThrottleKey[],
  states: readonly ThrottleState[],
  durationMs: (kind: ThrottleKind, state: ThrottleState) => number,
): number {
  return Math.max(...states.map((state, index) => durationMs(keys[index]?.kind ?? "address", state)));
}

function keysOf({ accountName, address }: AttemptPlace): readonly ThrottleKey[] {
  const place = throttledPlace(address);
  const keys: ThrottleKey[] = [{ kind: "address", key: `address:${place}` }];
  if (accountName === undefined) return keys;
  const account = hashSecret(accountName.trim().toLowerCase());
  keys.push({ kind: "account", key: `account:${account}` });
  keys.push({ kind: "pair", key: `pair:${account}:${place}` });
  return keys;
}
