import fc from "fast-check";
import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("statements that stand alone are sent without waiting for answers", () => {
  const turns = new Turns();
  const sent: number[] = [];
  for (const id of [1, 2, 3]) void turns.together(() => never(() => sent.push(id)));
  expect(sent).toEqual([1, 2, 3]);
});

test("a failed statement is its sender's alone, and holds nobody up", async () => {
  const turns = new Turns();
  await turns.alone(async () => undefined);
  const refused = turns.together(() => Promise.reject(new Error("refused")));
  const answered = turns.together(async () => "answered");
  turns.leave();
  await expect(refused).rejects.toThrow("refused");
  expect(await answered).toBe("answered");
});

test("property: nobody sends between a transaction's begin and end, and all come in the order they asked", () => {
  const step = fc.constantFrom("together", "alone", "leave");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const turns = new Turns();
      const asked: number[] = [];
      const sent: number[] = [];
      let alone: number | undefined;
      const leave = () => {
        // Before the call: the next one may begin within it.
        alone = undefined;
        turns.leave();
      };
      const send = (id: number, isAlone: boolean) =>
        never(() => {
          expect(alone).toBeUndefined();
          sent.push(id);
          if (isAlone) alone = id;
        });
      for (const [id, kind] of steps.entries()) {
        if (kind === "leave") {
          if (alone !== undefined) leave();
          continue;
        }
        asked.push(id);
        void turns[kind](() => send(id, kind === "alone"));
      }
      while (alone !== undefined) leave();
      expect(sent).toEqual(asked);
    }),
  );
});

/** Sends, and is never answered. */
function never(send: () => void): Promise<never> {
  send();
  return new Promise(() => undefined);
}
