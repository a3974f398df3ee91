/** Every way to sign in. A new one is a folder in `methods/` and a line here. */
import type { Clock } from "../domain/clock.ts";
import type { LinkStore, PasswordHasher, PasswordStore, SignInMethods } from "../features/sign-in/ports.ts";
import { LinkMethod } from "./methods/link/link-method.ts";
import { PasswordMethod } from "./methods/password/password-method.ts";

interface SignInMethodsDeps {
  readonly passwords: PasswordStore;
  readonly hasher: PasswordHasher;
  readonly links: LinkStore;
  readonly clock: Clock;
}

export function createSignInMethods(deps: SignInMethodsDeps): SignInMethods {
  return { password: new PasswordMethod(deps), link: new LinkMethod(deps) };
}
