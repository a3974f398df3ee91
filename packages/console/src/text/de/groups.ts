/** Wörter der Seite für Gruppen. */
import { pluralDe } from "../plural.ts";

export const groupsText = {
  title: "Gruppen",
  lead: "Menschen, die dieselben Desktops bekommen.",
  add: "Gruppe anlegen",
  filter: "Gruppen suchen",
  columns: { group: "Gruppe", members: "Mitglieder", actions: "Aktionen" },
  noMembers: "Noch niemand",
  members: (count: number) => pluralDe(count, "Mitglied", "Mitglieder"),
  more: (count: number) => `und ${count} weitere`,
  moreGroups: (count: number) => `und ${pluralDe(count, "weitere Gruppe", "weitere Gruppen")}`,
  addTitle: "Gruppe anlegen",
  editTitle: (name: string) => `${name} bearbeiten`,
  name: "Name",
  memberField: "Mitglieder",
  groupField: "Gruppen darin",
  groupHint: "Wer in einer von ihnen ist, gehört auch zu dieser Gruppe.",
  membersPlaceholder: "Personen wählen",
  groupsPlaceholder: "Gruppen wählen",
  emptyTitle: "Noch keine Gruppen",
  emptyHint: "Mit einer Gruppe bekommen viele Menschen auf einmal einen Desktop.",
  deleteTitle: (name: string) => `${name} löschen?`,
  deleteHint: (count: number) =>
    `Die Menschen darin (${pluralDe(count, "Mitglied", "Mitglieder")}) bleiben, verlieren aber die Desktops, die sie durch diese Gruppe hatten; Sitzungen, die darauf beruhten, enden sofort.`,
  deleteGroup: "Gruppe löschen",
};
