/** Words of the page for users. */

import { usersText as de } from "./de/users.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Users",
  lead: "Everyone who can sign in. What they may use is decided under Access.",
  add: "Add user",
  filter: "Search users",
  columns: {
    user: "User",
    role: "Role",
    groups: "Groups",
    lastSignIn: "Last sign-in",
    state: "State",
    actions: "Actions",
  },
  roles: { administrator: "Administrator", operator: "Operator", auditor: "Auditor", user: "User" },
  ownRole: "Role of this site",
  never: "Never",
  active: "Active",
  disabled: "Disabled",
  noPassword: "No password yet",
  you: "you",
  addTitle: "Add a user",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  nameHint: "What they sign in with, for instance an e-mail address.",
  displayName: "Display name",
  displayNameHint: "What others see.",
  role: "Role",
  roleHint: "What they may see and change here. Desktops are given under Access.",
  groups: "Groups",
  groupsPlaceholder: "Choose groups",
  password: "Password",
  passwordHint: "Leave it empty to hand out a one-time sign-in link instead.",
  isDisabled: "Disabled",
  isDisabledHint: "Cannot sign in. Disabling ends their sign-ins and sessions at once.",
  added: (name: string) => `${name} was added`,
  setPassword: "Set password",
  setPasswordTitle: (name: string) => `Set a password for ${name}`,
  setPasswordHint: "It replaces the present one. Tell it to them over a channel you trust.",
  newPassword: "New password",
  passwordSet: "Password set",
  makeLink: "Create sign-in link",
  linkTitle: (name: string) => `Sign-in link for ${name}`,
  linkHint: "Whoever opens this link is signed in as this user. It is shown only now.",
  linkLabel: "Link",
  linkExpires: (moment: string) => `Works once, until ${moment}.`,
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteHint:
    "They are signed out and disconnected at once, and lose what they were entitled to. Desktops stay as they are. This cannot be undone.",
  deleteUser: "Delete user",
  filters: { role: "Role", isDisabled: "Disabled", groupId: "Group" },
  disable: "Disable",
  disableTitle: (names: string, count: number) =>
    count === 1 ? `Disable ${names}?` : `Disable ${plural(count, "user", "users")}?`,
  disableHint: (names: string) =>
    `${names}: signed out and disconnected at once, and not let in again until somebody enables them.`,
  deleteManyTitle: (count: number) => `Delete ${plural(count, "user", "users")}?`,
  deleteManyHint: (names: string) =>
    `${names}: signed out and disconnected at once, with all they were entitled to. This cannot be undone.`,
  deleteMany: "Delete users",
  enable: "Enable",
  emptyTitle: "No users",
  emptyHint: "Add the people who may sign in.",
};

export const usersText = inLanguage({ en, de });
