/** Wörter der Seite für Gateways. */
import { pluralDe } from "../plural.ts";

export const gatewaysText = {
  title: "Gateways",
  lead: "Was die Desktops überträgt. Hier kommen Betrachter herein; Maschinen einer Zone erreichen nur deren Gateways.",
  add: "Gateway hinzufügen",
  search: "Gateways suchen",
  columns: {
    gateway: "Gateway",
    state: "Zustand",
    zone: "Zone",
    connections: "Verbindungen",
    version: "Version",
    actions: "Aktionen",
  },
  kinds: { "built-in": "Im Programm des Brokers", separate: "Ein eigener Prozess" },
  states: { connected: "Verbunden", silent: "Stumm", away: "Abwesend" },
  stateHints: {
    connected: "Es nimmt Verbindungen an.",
    silent: "Seine Leitung ist offen, aber es sagt nichts.",
    away: "Es hat keine Leitung zum Broker. Es versucht es von selbst wieder.",
  },
  everywhere: "Überall",
  lastSeen: (age: string) => `zuletzt gesehen ${age}`,
  neverSeen: "nie gesehen",
  editTitle: (name: string) => `${name} bearbeiten`,
  name: "Name",
  zone: "Zone",
  zoneHint: "Gilt für alle, die sich von jetzt an verbinden; was offen ist, bleibt.",
  remove: "Entfernen",
  removeTitle: (name: string) => `Das Gateway ${name} entfernen?`,
  removeHint: (connections: number) =>
    connections === 0
      ? "Seine Leitung wird geschlossen und sein Schlüssel von da an abgelehnt. Nichts ist auf ihm offen. Um es wieder zuzulassen, fügen Sie es mit einem neuen Code hinzu."
      : `Seine Leitung wird geschlossen, ${pluralDe(connections, "offene Verbindung endet", "offene Verbindungen enden")} sofort, und sein Schlüssel wird von da an abgelehnt. Über ein anderes Gateway kann man sich wieder verbinden. Um es wieder zuzulassen, fügen Sie es mit einem neuen Code hinzu.`,
  removeGateway: "Gateway entfernen",
  removed: (name: string) => `${name} wurde entfernt`,
  addTitle: "Gateway hinzufügen",
  addLead: "Ein Code für einmal lässt es beitreten. Sagen Sie zuerst, wie es heißen soll.",
  addNameHint: "Etwa nach seinem Ort: dmz, werk-nord.",
  makeCode: "Code erstellen",
  runTitle: "Führen Sie das auf dem Rechner des Gateways aus",
  brokerAddress: "Die Adresse des Brokers, wie das Gateway sie erreicht",
  command: "Befehl",
  code: "Code, nach dem er fragt",
  codeHint: "Er wird nur jetzt gezeigt und lässt ein Gateway beitreten.",
  waiting: "Es wird auf das Gateway gewartet",
  left: (minutes: string) => `Der Code gilt noch ${minutes} min.`,
  expired: "Der Code ist abgelaufen. Nichts ist beigetreten.",
  again: "Neuen Code erstellen",
  joined: (name: string) => `${name} ist beigetreten`,
  joinedHint:
    "Es nimmt Verbindungen an, sobald seine Leitung offen ist. Eine Zone geben Sie ihm, indem Sie es bearbeiten.",
  done: "Fertig",
  notAcceptedTitle: "Dieser Broker nimmt keine anderen Gateways an",
  notAcceptedHint:
    "Er läuft mit seinem Gateway in einem Programm. Um Gateways hinzuzufügen, starten Sie den Broker für sich, mit deskgate broker.",
  emptyTitle: "Keine Gateways",
  emptyHint: "Ohne eines erreicht niemand einen Desktop. Fügen Sie eines hinzu, um anzufangen.",
};
