/**
 * Machines that take the person's own password: what was typed for one is handed to the broker, which keeps it in memory
 * for this sign-in; what a machine refused is taken back, so that the person is asked.
 *
 * The broker keeps nothing but the account's own password, so what else was typed stays in this page.
 */
import { forgetMyPassword, keepMyPassword } from "../api/account.ts";
import type { TypedCredential } from "./credential.ts";
import type { Ending } from "./reconnect.ts";

/** Once the desktop shows, and once for what was typed: each wrong one is a failed attempt at the account. */
export function keepOwnCredential(typed: TypedCredential | undefined): void {
  const { password = "" } = typed ?? {};
  // The person is on the desktop; at worst they are asked again next time.
  if (password !== "") keepMyPassword(password).catch(() => undefined);
}

/** A refused password is the person's own rather than an administrator's. */
export async function afterOwnCredential(
  ending: Ending,
  { isOwnCredential }: { readonly isOwnCredential: boolean },
): Promise<Ending> {
  const isRefused = ending.by === "gateway" && ending.reason === "target_authentication_failed";
  if (!isOwnCredential || !isRefused) return ending;
  await forgetMyPassword().catch(() => undefined);
  return { ...ending, reason: "credential_refused" };
}
