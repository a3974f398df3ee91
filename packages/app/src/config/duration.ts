/** Spans of time as people write them: a number and a unit. */
import { z } from "zod";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHAPE = /^(\d{1,9})(ms|s|m|h|d)$/;

export const durationSchema = z
  .string()
  .regex(SHAPE, "write a whole number and a unit: ms, s, m, h or d, such as 10s")
  .meta({ examples: ["10s", "30m"] });

/** Milliseconds of a text that passed {@link durationSchema}. */
export function durationMs(text: string): number {
  const match = SHAPE.exec(text);
  if (!match) throw new RangeError(`not a duration: ${text}`);
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]; // the expression allows these units only
}
