/** What a machine's NTSTATUS says about a refused sign-in (MS-ERREF §2.3.1). */

/** `account`: the credential may be right, but the account may not be used now. */
export type SignInRefusal = "credential" | "account";

const ACCOUNT_CODES: ReadonlySet<number> = new Set([
  0xc000006e, // STATUS_ACCOUNT_RESTRICTION
  0xc000006f, // STATUS_INVALID_LOGON_HOURS
  0xc0000070, // STATUS_INVALID_WORKSTATION
  0xc0000071, // STATUS_PASSWORD_EXPIRED
  0xc0000072, // STATUS_ACCOUNT_DISABLED
  0xc000015b, // STATUS_LOGON_TYPE_NOT_GRANTED
  0xc0000193, // STATUS_ACCOUNT_EXPIRED
  0xc0000224, // STATUS_PASSWORD_MUST_CHANGE
  0xc0000234, // STATUS_ACCOUNT_LOCKED_OUT
]);

export function signInRefusalOf(status: number): SignInRefusal {
  return ACCOUNT_CODES.has(status) ? "account" : "credential";
}
