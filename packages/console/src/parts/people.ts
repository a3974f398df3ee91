/** Users and groups as one list to choose from, where either may be entitled. */
import type { Entitlement, Group, User } from "@deskgate/contract";
import type { Entitled } from "../api/machines.ts";
import { accessText } from "../text/access.ts";

/** A user's or group's place in a list of choices; the value tells which of the two it is. */
export interface PersonChoice {
  readonly value: string;
  readonly label: string;
}

export interface People {
  readonly users: readonly User[];
  readonly groups: readonly Group[];
}

const GROUP_PREFIX = "group:";
const USER_PREFIX = "user:";

/** In the shape that selects take: groups first, because they are the better choice more often. */
export function choicesOf({ users, groups }: People, taken: readonly string[] = []) {
  const isFree = ({ value }: PersonChoice) => !taken.includes(value);
  const sections = [
    { group: accessText.groupHeading, items: groups.map(choiceOfGroup).filter(isFree) },
    { group: accessText.userHeading, items: users.map(choiceOfUser).filter(isFree) },
  ];
  return sections.filter(({ items }) => items.length > 0);
}

export function choiceOfGroup({ id, name }: Group): PersonChoice {
  return { value: `${GROUP_PREFIX}${id}`, label: name };
}

export function choiceOfUser({ id, name, displayName }: User): PersonChoice {
  return { value: `${USER_PREFIX}${id}`, label: `${displayName} (${name})` };
}

export function entitledOf(value: string): Entitled {
  return value.startsWith(GROUP_PREFIX)
    ? { groupId: value.slice(GROUP_PREFIX.length) }
    : { userId: value.slice(USER_PREFIX.length) };
}

/** The value of whom an entitlement is for. */
export function valueOfEntitled({ userId, groupId }: Entitlement): string {
  return groupId === null ? `${USER_PREFIX}${userId}` : `${GROUP_PREFIX}${groupId}`;
}

export function isGroupValue(value: string): boolean {
  return value.startsWith(GROUP_PREFIX);
}
