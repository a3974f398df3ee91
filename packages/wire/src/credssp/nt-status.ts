/** What a machine's NTSTATUS says about a refused sign-in (MS-ERREF §2.3.1). */

/** The credential may be right, but the account may not be used like this now. */
export type AccountRefusal = "locked" | "disabled" | "expired" | "password-expired" | "denied";
export type SignInRefusal = "credential" | AccountRefusal;

const ACCOUNT_CODES: ReadonlyMap<number, AccountRefusal> = new Map([
  [0xc000006e, "denied"], // STATUS_ACCOUNT_RESTRICTION
  [0xc000006f, "denied"], // STATUS_INVALID_LOGON_HOURS
  [0xc0000070, "denied"], // STATUS_INVALID_WORKSTATION
  [0xc0000071, "password-expired"], // STATUS_PASSWORD_EXPIRED
  [0xc0000072, "disabled"], // STATUS_ACCOUNT_DISABLED
  [0xc000015b, "denied"], // STATUS_LOGON_TYPE_NOT_GRANTED
  [0xc0000193, "expired"], // STATUS_ACCOUNT_EXPIRED
  [0xc0000224, "password-expired"], // STATUS_PASSWORD_MUST_CHANGE
  [0xc0000234, "locked"], // STATUS_ACCOUNT_LOCKED_OUT
]);

export function signInRefusalOf(status: number): SignInRefusal {
  return ACCOUNT_CODES.get(status) ?? "credential";
}
