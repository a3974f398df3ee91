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
  afterFailure,
  afterSuccess,
  pauseMs,
  type ThrottleKind,
  type ThrottleState,
  waitMs,
} from "../../domain/throttle.ts";
import { Lanes } from "./lanes.ts";
import type { ThrottleStore } from "./ports.ts";

/** Guesses at one account from one place are looked at one by one, so that each is counted before the next. */
const PAIR_WIDTH = 1;
/** How many more than its rule allows an address can have looked at, at worst. */
const ADDRESS_WIDTH = 4;

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
  readonly #lanes = new Lanes();

  constructor(deps: AttemptGuardDeps) {
    this.#deps = deps;
  }

  /** Runs `check` when it may; a check that gives `{refused}` counts as a failure. */
  async attempt<Checked extends object>(
    place: AttemptPlace,
    check: () => Promise<Checked>,
  ): Promise<Checked> {
    const address: ThrottleKey = { kind: "address", key: `address:${throttledPlace(place.address)}` };
    if (place.accountName === undefined) return this.#attemptFrom(address, [address], check);
    const account = hashSecret(place.accountName.trim().toLowerCase());
    const pair: ThrottleKey = { kind: "pair", key: `pair:${account}:${throttledPlace(place.address)}` };
    const keys: readonly ThrottleKey[] = [address, pair, { kind: "account", key: `account:${account}` }];
    return this.#lanes.run(pair.key, PAIR_WIDTH, async () => {
      // Held outside the address's lane, where others of the same address would wait for it.
      await this.#hold(keys);
      return this.#attemptFrom(address, keys, check);
    });
  }

  #attemptFrom<Checked extends object>(
    address: ThrottleKey,
    keys: readonly ThrottleKey[],
    check: () => Promise<Checked>,
  ): Promise<Checked> {
    return this.#lanes.run(address.key, ADDRESS_WIDTH, async () => {
      const states = await this.#refuseEarly(keys);
      const checked = await check();
      const now = this.#deps.clock.now();
      if ("refused" in checked) await this.#change(keys, (_, state) => afterFailure(state, now));
      else if (keys.some(({ kind, key }) => afterSuccess(kind, states(key)) !== states(key)))
        await this.#change(keys, afterSuccess);
      return checked;
    });
  }

  /** An attacked account answers slowly, but it answers. */
  async #hold(keys: readonly ThrottleKey[]): Promise<void> {
    const states = await this.#refuseEarly(keys);
    const now = this.#deps.clock.now();
    const holds = keys.map(({ kind, key }) => (kind === "account" ? pauseMs(kind, states(key), now) : 0));
    const holdMs = Math.max(...holds);
    if (holdMs > 0) await this.#deps.sleep(holdMs);
  }

  /** Throws where the pair or the address has to wait. An attempt that is not looked at does not count. */
  async #refuseEarly(keys: readonly ThrottleKey[]) {
    const states = await this.#deps.throttles.read(keys.map(({ key }) => key));
    const now = this.#deps.clock.now();
    const waits = keys.map(({ kind, key }) => (kind === "account" ? 0 : waitMs(kind, states(key), now)));
    const longestMs = Math.max(...waits);
    if (longestMs === 0) return states;
    throw new DeskgateError("too_many_attempts", { retryAfterSeconds: Math.ceil(longestMs / 1000) });
  }

  async #change(
    keys: readonly ThrottleKey[],
    next: (kind: ThrottleKind, state: ThrottleState) => ThrottleState,
  ): Promise<void> {
    await this.#deps.throttles.change(
      keys.map(({ key }) => key),
      (key, state) => next(keys.find((known) => known.key === key)?.kind ?? "address", state),
    );
  }
}
