/** What looking after users needs of others. */
import type { Page, PageRequest } from "../../domain/page.ts";
import type { User } from "../../domain/user.ts";

export type UserSort = "name" | "displayName" | "role" | "createdAt" | "lastSignInAt";

/** Absent fields filter nothing. */
export interface UserFilter {
  /** A role's id or built-in name. */
  readonly role?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly groupId?: string | undefined;
  /** Of any others there are none. */
  readonly ids?: readonly string[] | undefined;
}

export interface NewUser {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly passwordHash: string | undefined;
  readonly groupIds: readonly string[];
  readonly createdAt: number;
}

/** Absent fields stay as they are. */
export interface UserChange {
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
  readonly role?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  readonly groupIds?: readonly string[] | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

export interface UserStore {
  list(request: PageRequest<UserSort>, filter: UserFilter): Promise<Page<User>>;
  find(userId: string): Promise<User | undefined>;
  findByName(name: string): Promise<User | undefined>;
  /** The administrator who was made first. */
  findFirstAdministrator(): Promise<User | undefined>;
  /** Throws `name_taken`, or `validation_failed` for unknown groups or an unknown role. */
  create(user: NewUser): Promise<User>;
  /** The same, and nothing at all where there is an administrator already. */
  createFirstAdministrator(user: NewUser): Promise<User | undefined>;
  /** Throws also `version_stale`, and `last_administrator` where nobody would be left; `undefined` where there is no such user. */
  update(userId: string, change: UserChange, at: number): Promise<User | undefined>;
  /** Throws `last_administrator`; whether there was such a user. */
  remove(userId: string): Promise<boolean>;
}
