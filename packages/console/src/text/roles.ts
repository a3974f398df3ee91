/** Words of the page for roles. */
import { PERMISSIONS } from "@deskgate/contract";
import { rolesText as de } from "./de/roles.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Roles",
  lead: "What people may do in Deskgate itself. Which desktops they get is said under Access.",
  add: "Add role",
  permission: "Permission",
  builtIn: "Built in",
  people: (count: number) => plural(count, "user", "users"),
  addTitle: "Add a role",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  startFrom: "Start from",
  startFromNothing: "Nothing",
  permissions: "What it allows",
  groups: {
    watching: "Watching and helping",
    people: "People",
    desktops: "Desktops and access",
    site: "The site",
  },
  notYours: "You do not have this yourself, so you cannot give it.",
  allows: (role: string, permission: string) => `${role} allows ${permission}`,
  allowed: "Allowed",
  notAllowed: "Not allowed",
  deleteTitle: (name: string) => `Delete the role ${name}?`,
  deleteHint: "Nobody may have it. This cannot be undone.",
  deleteRole: "Delete role",
  permissionSentences: PERMISSIONS as Readonly<Record<keyof typeof PERMISSIONS, string>>,
};

export const rolesText = inLanguage({ en, de });
