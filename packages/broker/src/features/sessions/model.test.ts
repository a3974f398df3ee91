/**
 * Sessions against a model that knows no states, only who is looked at and until when a machine is kept: random people,
 * viewers that come and go, kills, machines that fail and come back or are taken back, gateways that crash or fall
 * silent, brokers that restart or die in the middle of handing a machine out, and time.
 *
 * Beside it: what can happen (`model-steps.testing.ts`), what must be true then (`model.testing.ts`), the product
 * (`model-site.testing.ts`), and both in step (`model-course.testing.ts`).
 */
import { DEFAULT_RELEASE } from "@deskgate/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newTestDatabase } from "../../store/testing.ts";
import { Course } from "./model-course.testing.ts";
import { anyStep, RELEASE_MS } from "./model-steps.testing.ts";

/** Where each step is a round trip to a server there are fewer. */
const RUNS = { sqlite: 80, postgres: 12 } as const;

test("no machine is ever in two sessions, and none is kept for nobody", async () => {
  expect(RELEASE_MS).not.toBe(DEFAULT_RELEASE.afterDisconnectMs);
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 30 }), async (steps) => {
      const course = await Course.open();
      try {
        for (const step of steps) {
          await course.take(step);
          await course.compare();
        }
        await course.expectNothingLeaks();
      } finally {
        await course.close();
      }
    }),
    { numRuns: RUNS[(await newTestDatabase()).kind] },
  );
}, 180_000);
