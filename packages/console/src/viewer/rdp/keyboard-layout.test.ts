import { expect, it } from "vitest";
import { keyboardLayoutOf } from "./keyboard-layout.ts";

it.each([
  ["de", 0x0407],
  ["de-DE", 0x0407],
  ["de-CH", 0x0807],
  ["en-GB", 0x0809],
  ["en-US", 0x0409],
  ["pt-BR", 0x0416],
  ["tlh", 0x0409],
  ["", 0x0409],
])("%s has its keyboard", (locale, layout) => {
  expect(keyboardLayoutOf(locale)).toBe(layout);
});
