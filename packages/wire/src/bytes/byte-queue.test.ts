import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteQueue } from "./byte-queue.ts";

it("gives bytes in the order they came, and keeps copies", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.nat(12))), (steps) => {
      const queue = new ByteQueue();
      const model: number[] = [];
      for (const [chunk, wanted] of steps) {
        const drop = Math.min(wanted, model.length + chunk.length);
        model.push(...chunk);
        queue.push(chunk);
        chunk.fill(0);
        expect([...queue.peek()]).toEqual(model);
        expect(queue.length).toBe(model.length);
        queue.drop(drop);
        model.splice(0, drop);
      }
      expect([...queue.takeAll()]).toEqual(model);
      expect(queue.length).toBe(0);
    }),
  );
});
