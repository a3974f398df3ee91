/** Somebody else who works while a test does something large: asks again and again, and knows how long they waited. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RawReply } from "./api-client.ts";

export interface Waits {
  readonly count: number;
  readonly longestMs: number;
  readonly statuses: ReadonlySet<number>;
}

/** One person's pace, which no rate limit minds. */
const BETWEEN_MS = 50;

/** Asks with `ask`, one request after the other, until `stop`. */
export function keepAsking(ask: () => Promise<RawReply>): { stop(): Promise<Waits> } {
  let isOver = false;
  let count = 0;
  let longestMs = 0;
  const statuses = new Set<number>();
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now();
      statuses.add((await ask()).status);
      longestMs = Math.max(longestMs, performance.now() - began);
      count += 1;
      await sleep(BETWEEN_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return { count, longestMs, statuses };
    },
  };
}
