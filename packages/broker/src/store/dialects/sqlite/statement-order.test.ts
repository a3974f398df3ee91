import fc from "fast-check";
import { expect, test } from "vitest";
import { StatementOrder } from "./statement-order.ts";

test("statements that stand alone are sent without waiting for answers", () => {
  const order = new StatementOrder();
  const sent: number[] = [];
  for (const id of [1, 2, 3]) void order.together(() => never(() => sent.push(id)));
  expect(sent).toEqual([1, 2, 3]);
});

test("a failed statement is its sender's alone, and holds nobody up", async () => {
  const order = new StatementOrder();
  await order.alone(async () => undefined);
  const refused = order.together(() => Promise.reject(new Error("refused")));
  const answered = order.together(async () => "answered");
  order.leave();
  await expect(refused).rejects.toThrow("refused");
  expect(await answered).toBe("answered");
});

test("property: nobody sends between a transaction's begin and end, and all come in the order they asked", () => {
  const step = fc.constantFrom("together", "alone", "leave");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const order = new StatementOrder();
      const asked: number[] = [];
      const sent: number[] = [];
      let alone: number | undefined;
      const leave = () => {
        // Before the call: the next one may begin within it.
        alone = undefined;
        order.leave();
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
        void order[kind](() => send(id, kind === "alone"));
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
