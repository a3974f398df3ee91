/** Sign-in by a one-time link that an administrator handed out. */
import type { Clock } from "../../../domain/clock.ts";
import { hashSecret } from "../../../domain/sign-in.ts";
import type {
  CheckedCredential,
  CredentialMethod,
  LinkCredential,
  LinkStore,
} from "../../../features/sign-in/ports.ts";

interface LinkMethodDeps {
  readonly links: LinkStore;
  readonly clock: Clock;
}

export class LinkMethod implements CredentialMethod<LinkCredential> {
  readonly name = "link";
  readonly #deps: LinkMethodDeps;

  constructor(deps: LinkMethodDeps) {
    this.#deps = deps;
  }

  async check({ secret }: LinkCredential): Promise<CheckedCredential> {
    const userId = await this.#deps.links.redeem(hashSecret(secret.reveal()), this.#deps.clock.now());
    return userId === undefined ? { refused: "link_invalid" } : { userId };
  }
}
