/** Words of the page for zones. */
import { zonesText as de } from "./de/zones.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Zones",
  lead: "Parts of a site that only their own gateways reach. A machine without a zone is reached by every gateway.",
  add: "Add zone",
  search: "Search zones",
  columns: { zone: "Zone", description: "Description", actions: "Actions" },
  addTitle: "Add a zone",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  description: "Description",
  machines: "Machines",
  showMachines: "Show",
  emptyTitle: "No zones yet",
  emptyHint: "A site with one network needs none.",
  deleteTitle: (name: string) => `Delete the zone ${name}?`,
  deleteHint: "Only one that no machine is in can be deleted. This cannot be undone.",
  deleteZone: "Delete zone",
};

export const zonesText = inLanguage({ en, de });
