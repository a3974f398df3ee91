import { userInfo } from "node:os";

/** Whoever types, for the audit: the system's name for them. */
export function operatorName(): string {
  return userInfo().username;
}
