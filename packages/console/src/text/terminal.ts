/** Words of the terminal. */
import { terminalText as de } from "./de/terminal.ts";
import { inLanguage } from "./language.ts";

const en = {
  search: "Find in the terminal",
  searchUp: "Find above",
  searchDown: "Find below",
  searchClose: "Close the search",
};

export const terminalText = inLanguage({ en, de });
