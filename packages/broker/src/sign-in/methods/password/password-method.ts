/** Sign-in by the password that the broker itself stores. */
import type {
  CheckedCredential,
  CredentialMethod,
  PasswordCredential,
  PasswordHasher,
  PasswordStore,
} from "../../../features/sign-in/ports.ts";

interface PasswordMethodDeps {
  readonly passwords: PasswordStore;
  readonly hasher: PasswordHasher;
}

export class PasswordMethod implements CredentialMethod<PasswordCredential> {
  readonly name = "password";
  readonly #deps: PasswordMethodDeps;

  constructor(deps: PasswordMethodDeps) {
    this.#deps = deps;
  }

  async check({ name, password }: PasswordCredential): Promise<CheckedCredential> {
    const { passwords, hasher } = this.#deps;
    const stored = await passwords.findByName(name);
    const isRight = await hasher.verify(password, stored?.hash);
    if (!isRight || stored?.hash === undefined) return { refused: "credentials_wrong" };
    if (hasher.isOutdated(stored.hash))
      await passwords.replaceHash(stored.userId, await hasher.hash(password));
    return { userId: stored.userId };
  }
}
