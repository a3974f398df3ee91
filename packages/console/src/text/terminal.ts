/** Words of the terminal. */
export const terminalText = {
  search: "Find in the terminal",
  searchUp: "Find above",
  searchDown: "Find below",
  searchClose: "Close the search",
} as const;
