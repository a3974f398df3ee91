/** Was die Konsole sagt, wenn die API nicht gefragt oder nicht verstanden werden kann. */
export const apiText = {
  unreachable:
    "Der Server antwortet nicht. Prüfen Sie Ihr Netzwerk oder versuchen Sie es gleich noch einmal.",
  unreadable:
    "Die Antwort des Servers war nicht lesbar. Laden Sie die Seite neu; bleibt es dabei, sagen Sie Ihrem Administrator Bescheid.",
  unknown: "Etwas ist schiefgegangen. Laden Sie die Seite neu.",
  requestNumber: (id: string) => `Anfrage ${id}`,
};
