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
  addMachine: "Maschine anlegen",
  giveAccess: "Zugriff vergeben",
};
