/** A name as people write it, `DOMAIN\name`, taken apart; `name@domain` is a name of its own and stays whole. */
import type { Credential } from "@deskgate/contract";

export interface SignInNames {
  readonly username: string;
  readonly domain: string;
  readonly password: string;
}

export function splitUsername({ username = "", domain = "", password = "" }: Credential): SignInNames {
  const at = domain === "" ? username.indexOf("\\") : -1;
  if (at < 0) return { username, domain, password };
  return { username: username.slice(at + 1), domain: username.slice(0, at), password };
}
