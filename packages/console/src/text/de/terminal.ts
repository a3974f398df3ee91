/** Wörter des Terminals. */
export const terminalText = {
  search: "Im Terminal suchen",
  searchUp: "Weiter oben suchen",
  searchDown: "Weiter unten suchen",
  searchClose: "Suche schließen",
};
