/** People and what they may do. Not how they prove who they are: that is `sign-in/`. */
export interface User {
  readonly id: string;
  /** Lower-case; what one signs in with. */
  readonly name: string;
  readonly displayName: string;
  /** A built-in role's name, or the id of one that the site made. */
  readonly role: string;
  readonly hasPassword: boolean;
  readonly disabledAt: number | undefined;
  readonly lastSignInAt: number | undefined;
  readonly createdAt: number;
  readonly groupIds: readonly string[];
  /** Counts changes. */
  readonly version: number;
}

export interface Group {
  readonly id: string;
  readonly name: string;
  readonly memberIds: readonly string[];
  /** Groups directly inside. */
  readonly memberGroupIds: readonly string[];
  readonly createdAt: number;
  readonly version: number;
}

/** Name of the first administrator, made where there is none. */
export const FIRST_ADMINISTRATOR_NAME = "admin";
