/** Wörter der Seite für Zonen. */
export const zonesText = {
  title: "Zonen",
  lead: "Teile einer Anlage, die nur ihre eigenen Gateways erreichen. Eine Maschine ohne Zone erreicht jedes Gateway.",
  add: "Zone anlegen",
  search: "Zonen suchen",
  columns: { zone: "Zone", description: "Beschreibung", actions: "Aktionen" },
  addTitle: "Zone anlegen",
  editTitle: (name: string) => `${name} bearbeiten`,
  name: "Name",
  description: "Beschreibung",
  machines: "Maschinen",
  showMachines: "Zeigen",
  emptyTitle: "Noch keine Zonen",
  emptyHint: "Eine Anlage mit einem Netzwerk braucht keine.",
  deleteTitle: (name: string) => `Die Zone ${name} löschen?`,
  deleteHint:
    "Nur eine, in der keine Maschine ist, kann gelöscht werden. Das lässt sich nicht rückgängig machen.",
  deleteZone: "Zone löschen",
};
