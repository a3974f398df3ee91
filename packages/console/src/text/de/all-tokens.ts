/** Wörter der Seite für die API-Token aller. */
export const allTokensText = {
  title: "API-Token aller",
  lead: "Womit Skripte in jemandes Namen handeln. Das Geheimnis eines Tokens sieht niemand wieder, auch hier nicht.",
  search: "Token und Inhaber suchen",
  owner: "Inhaber",
  everything: "Alles, was der Inhaber darf",
  withdrawTitle: (name: string, owner: string) => `${name} von ${owner} zurückziehen?`,
  withdrawHint:
    "Skripte, die es benutzen, werden ab jetzt abgelehnt. Dem Inhaber wird nichts gesagt. Das lässt sich nicht rückgängig machen.",
  emptyTitle: "Niemand hat ein API-Token",
  emptyHint: "Jeder erstellt seine eigenen im Benutzermenü. Was erstellt wird, steht hier.",
};
