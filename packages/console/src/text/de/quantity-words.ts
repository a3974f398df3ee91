/** Wörter in Zeitangaben. */
export const quantitiesText = { justNow: "gerade eben", day: "Tg." };
