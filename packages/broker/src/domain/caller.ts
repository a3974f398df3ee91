/** Who sends a request, once their token was recognised. */
import type { Access, Permission } from "@deskgate/contract";

export interface Caller {
  readonly userId: string;
  readonly userName: string;
  readonly displayName: string;
  /** A built-in role's name, or the id of one that the site made. */
  readonly role: string;
  /** What the caller may do by this sign-in, at this moment. */
  readonly permissions: readonly Permission[];
  readonly hasPassword: boolean;
  readonly signInId: string;
  /** Set where an API token speaks for the person; its scopes have narrowed `permissions` already. */
  readonly tokenId?: string | undefined;
}

/** Who did something, for the audit. */
export interface Actor {
  /** Absent where the program itself acted. */
  readonly userId: string | undefined;
  readonly name: string;
  readonly address: string;
}

/** Whether `caller` may use a route of this access. INVARIANT: what no sign-in and no permission opens stays shut. */
export function mayCall(access: Access, caller: Caller | undefined): boolean {
  if (access === "anonymous") return true;
  if (caller === undefined) return false;
  return access === "signed-in" || caller.permissions.includes(access);
}
