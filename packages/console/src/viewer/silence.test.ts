import fc from "fast-check";
import { expect, test } from "vitest";
import { SILENT_AFTER, Silence } from "./silence.ts";

test("nobody is there after so many questions in a row that neither broker nor gateway answered, and it is said once", async () => {
  const silence = new Silence(async () => false);
  const said = [];
  for (let asked = 0; asked < 2 * SILENT_AFTER; asked++) said.push(await silence.unanswered());
  expect(said).toEqual(said.map((_, at) => at === SILENT_AFTER - 1));
});

test("a broker that does not answer behind a gateway that does is no silence", async () => {
  const silence = new Silence(async () => true);
  for (let asked = 0; asked < 3 * SILENT_AFTER; asked++) expect(await silence.unanswered()).toBe(false);
});

test("property: it is said exactly where the last questions were all in vain", async () => {
  const step = fc.constantFrom("answered", "broker-silent", "all-silent");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      let isThere = true;
      const silence = new Silence(async () => isThere);
      let vain = 0;
      for (const [at, kind] of steps.entries()) {
        vain = kind === "all-silent" ? vain + 1 : 0;
        isThere = kind !== "all-silent";
        if (kind === "answered") silence.answered();
        else expect(await silence.unanswered(), `step ${at}`).toBe(vain === SILENT_AFTER);
      }
    }),
  );
});
