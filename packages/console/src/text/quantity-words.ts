/** Words inside times. */
import { quantitiesText as de } from "./de/quantity-words.ts";
import { inLanguage } from "./language.ts";

const en = { justNow: "just now", day: "d" };

export const quantitiesText = inLanguage({ en, de });
