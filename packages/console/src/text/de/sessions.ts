/** Wörter der Seite für laufende Sitzungen. */
export const sessionsText = {
  title: "Laufende Sitzungen",
  lead: "Wer gerade auf welchem Desktop ist. Erneuert sich von selbst.",
  columns: {
    user: "Benutzer",
    machine: "Maschine",
    since: "Seit",
    viewer: "Fenster",
    roundTrip: "Laufzeit",
    traffic: "Empfangen / gesendet",
    idle: "Untätig",
    actions: "Aktionen",
  },
  noViewer: "Kein Fenster verbunden",
  connecting: "wird verbunden",
  active: "aktiv",
  kill: "Beenden",
  killOf: (user: string, machine: string) => `Sitzung von ${user} auf ${machine} beenden`,
  killTitle: (user: string) => `Sitzung von ${user} beenden?`,
  killHint: (machine: string) =>
    `Das Fenster auf ${machine} schließt sich binnen einer Sekunde. Was auf dem Desktop läuft, läuft weiter; sie können sich wieder verbinden, solange sie berechtigt sind.`,
  killSession: "Sitzung beenden",
  killed: "Die Sitzung wurde beendet.",
  emptyTitle: "Niemand ist verbunden",
  emptyHint: "Sitzungen erscheinen hier, sobald jemand einen Desktop öffnet.",
  stale: "Der Server antwortet nicht; dies sind die letzten bekannten Sitzungen.",
};
