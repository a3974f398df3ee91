/** Randomness from the operating system. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Random } from "./domain/clock.ts";

export const systemRandom: Random = {
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
};
