import { ERROR_CODES } from "@deskgate/contract";
import { expect, it } from "vitest";
import { nameIn, spellDeed, spellFact, spellKind, spellOutcome } from "./audit-words.ts";

it("says what was done in words, and an unknown action by its code", () => {
  expect(spellDeed({ action: "user.password_changed" })).toBe("Password changed");
  expect(spellDeed({ action: "spaceship.launched" })).toBe("spaceship.launched");
  expect(spellKind({ subjectKind: "entitlement" })).toBe("Access");
  expect(spellKind({ subjectKind: "spaceship" })).toBe("spaceship");
});

it("says every refusal of the contract as a sentence", () => {
  for (const outcome of ERROR_CODES) expect(spellOutcome({ outcome })).toMatch(/ /);
  expect(spellOutcome({ outcome: "of_tomorrow" })).toBe("of_tomorrow");
});

it("finds the name of what an entry is about", () => {
  expect(nameIn({ hop: "pool", desktop: "Lab" })).toBe("Lab");
  expect(nameIn({ desktop: "", code: "x" })).toBeUndefined();
});

it("writes facts as lines", () => {
  expect(spellFact(["a", "b"])).toBe("a, b");
  expect(spellFact({ idleMs: 5 })).toBe('{"idleMs":5}');
  expect(spellFact(null)).toBe("null");
});
