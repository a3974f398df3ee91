/** Wörter der Startseite. */
import { pluralDe } from "../plural.ts";

export const launchpadText = {
  title: "Meine Desktops",
  search: "Desktops suchen",
  searchHint: "/ drücken, um zu suchen",
  connect: "Verbinden",
  connectTo: (name: string) => `Mit ${name} verbinden`,
  available: "Verfügbar",
  inSession: "In Benutzung",
  viewers: (count: number) => `In Benutzung, ${pluralDe(count, "Fenster", "Fenster")}`,
  lastUsed: (age: string) => `Zuletzt benutzt: ${age}`,
  neverUsed: "Noch nie benutzt",
  protocols: { rdp: "RDP", spice: "SPICE", ssh: "SSH", vnc: "VNC" },
  count: (count: number) => pluralDe(count, "Desktop", "Desktops"),
  noneFound: (search: string) => `Kein Desktop passt zu „${search}“.`,
  clearSearch: "Suche leeren",
  emptyTitle: "Noch keine Desktops",
  emptyForUser:
    "Noch hat Ihnen niemand einen Desktop gegeben. Bitten Sie Ihren Administrator darum; er erscheint hier sofort.",
  emptyForAdministrator:
    "Legen Sie eine Maschine an und sagen Sie, wer sie benutzen darf. Ihre eigenen erscheinen hier sofort.",
  sort: "Reihenfolge",
  sorts: { recent: "Zuletzt benutzt", name: "Name" },
  favourites: "Favoriten",
  others: "Alle anderen",
  favourite: (name: string) => `${name} zum Favoriten machen`,
  notFavourite: (name: string) => `${name} ist ein Favorit; nicht mehr`,
  down: "Ausgeschaltet oder antwortet nicht",
  asleep: "Aus; Verbinden startet sie",
  chooseProtocol: (name: string) => `Andere Wege, sich mit ${name} zu verbinden`,
  connectBy: (protocol: string) => `Über ${protocol} verbinden`,
  usedLast: "zuletzt benutzt",
  endSession: "Sitzung beenden",
  endTitle: (name: string) => `Ihre Sitzung auf ${name} beenden?`,
  endHint:
    "Ihre Fenster darauf schließen sich, und die Maschine wird freigegeben. Was Sie darauf nicht gespeichert haben, kann verloren gehen.",
  addMachine: "Maschine anlegen",
  giveAccess: "Zugriff vergeben",
};
