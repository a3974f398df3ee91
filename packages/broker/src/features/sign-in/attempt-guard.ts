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
    const delayMs = await this.#begin(keys);
    if (delayMs > 0) await this.#deps.sleep(delayMs);
    const checked = await check();
    if (!("refused" in checked)) await this.#forgive(keys);
    return checked;
  }

  /** Counts the attempt as failed, or throws where it comes too early. Gives the delay to hold it for. */
  async #begin(keys: readonly ThrottleKey[]): Promise<number> {
    const now = this.#deps.clock.now();
    const outcome = await this.#deps.throttles.change(
      keys.map(({ key }) => key),
      (states) => {
        const blockedMs = Math.max(
          ...each(keys, states, (kind, s) => (kind === "account" ? 0 : waitMs(kind, s, now))),
        );
        // An attempt that is not looked at does not count, or waiting would never help.
        if (blockedMs > 0) return { next: states, result: { blockedMs, delayMs: 0 } };
        const delayMs = Math.max(
          ...each(keys, states, (kind, s) => (kind === "account" ? pauseMs(kind, s, now) : 0)),
        );
        return { next: states.map((s) => afterAttempt(s, now)), result: { blockedMs: 0, delayMs } };
      },
    );
    if (outcome.blockedMs > 0)
      throw new DeskgateError("too_many_attempts", {
        retryAfterSeconds: Math.ceil(outcome.blockedMs / 1000),
      });
    return outcome.delayMs;
  }

  async #forgive(keys: readonly ThrottleKey[]): Promise<void> {
    await this.#deps.throttles.change(
      keys.map(({ key }) => key),
      (states) => ({ next: each(keys, states, afterSuccess), result: undefined }),
    );
  }
}

function each<Value>(
  keys: readonly ThrottleKey[],
  states: readonly ThrottleState[],
  map: (kind: ThrottleKind, state: ThrottleState) => Value,
): readonly Value[] {
  return states.flatMap((state, index) => {
    const key = keys[index];
    return key ? [map(key.kind, state)] : [];
  });
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
