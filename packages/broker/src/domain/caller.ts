/** Who sends a request, once their token was recognised. */
import type { Access, Role } from "@deskgate/contract";

export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly signInId: string;
}

/** Who did something, for the audit. */
export interface Actor {
  /** Absent where the program itself acted. */
  readonly userId: string | undefined;
  readonly name: string;
  readonly address: string;
}

/** Whether `caller` may use a route of this access. INVARIANT: an access not named here is denied. */
export function mayCall(access: Access, caller: Caller | undefined): boolean {
  switch (access) {
    case "anonymous":
      return true;
    case "signed-in":
      return caller !== undefined;
    case "administrator":
      return caller?.role === "administrator";
    default:
      return false;
  }
}
