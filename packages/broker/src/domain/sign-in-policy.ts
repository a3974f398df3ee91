/**
 * Whether policy accepts a person who proved who they are. Not whether a credential is valid: that is each method's
 * question, in `sign-in/methods/`.
 */
import type { ErrorCode } from "@deskgate/contract";
import type { User } from "./user.ts";

export type SignInMethodName = "password" | "link";

/** The refusal, or `undefined` where the person may come in. INVARIANT: nothing proven means refused. */
export function signInRefusal(
  user: Pick<User, "disabledAt">,
  proven: readonly SignInMethodName[],
): ErrorCode | undefined {
  const [first] = proven;
  if (first === undefined) return "credentials_wrong";
  // A disabled user is told what a stranger is told.
  if (user.disabledAt !== undefined) return first === "link" ? "link_invalid" : "credentials_wrong";
  return undefined;
}
