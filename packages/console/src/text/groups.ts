/** Words of the page for groups. */

import { groupsText as de } from "./de/groups.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Groups",
  lead: "People who get the same desktops.",
  add: "Add group",
  filter: "Search groups",
  columns: { group: "Group", members: "Members", actions: "Actions" },
  noMembers: "Nobody yet",
  members: (count: number) => plural(count, "member", "members"),
  more: (count: number) => `and ${count} more`,
  moreGroups: (count: number) => `and ${plural(count, "group", "groups")} more`,
  addTitle: "Add a group",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  memberField: "Members",
  groupField: "Groups inside",
  groupHint: "Whoever is in one of them belongs to this group, too.",
  membersPlaceholder: "Choose people",
  groupsPlaceholder: "Choose groups",
  emptyTitle: "No groups yet",
  emptyHint: "With a group, a desktop is given to many people at once.",
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteHint: (count: number) =>
    `Its ${plural(count, "member", "members")} stay, but lose the desktops they had through this group; sessions that rested on it end at once.`,
  deleteGroup: "Delete group",
};

export const groupsText = inLanguage({ en, de });
