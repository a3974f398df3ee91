/**
 * Where surfaces ask for credentials and the page answers. Keeps what was typed for attempts that come by themselves,
 * and forgets it when the desktop did not like it.
 */
import type { CredentialRequest, TypedCredential } from "./credential.ts";

/** A question that waits for the person. */
export interface OpenQuestion {
  readonly request: CredentialRequest;
  readonly suggested: TypedCredential;
  /** The person's own password is asked for, which the broker keeps for this sign-in. */
  readonly isOwn: boolean;
  readonly answer: (typed: TypedCredential | undefined) => void;
}

export class CredentialDesk {
  readonly #onQuestion: (question: OpenQuestion | undefined) => void;
  #typed: TypedCredential | undefined;
  #isNew = false;
  #open: OpenQuestion | undefined;

  constructor(onQuestion: (question: OpenQuestion | undefined) => void) {
    this.#onQuestion = onQuestion;
  }

  ask(
    request: CredentialRequest,
    { suggested, isOwn }: Pick<OpenQuestion, "suggested" | "isOwn">,
  ): Promise<TypedCredential | undefined> {
    const known = this.#typed;
    if (known && !request.isFresh && request.fields.every((field) => field in known))
      return Promise.resolve(known);
    this.#open?.answer(undefined);
    return new Promise((resolve) => {
      const answer = (typed: TypedCredential | undefined) => {
        this.#open = undefined;
        this.#onQuestion(undefined);
        if (typed && !request.isFresh) this.#keep(typed);
        resolve(typed);
      };
      this.#open = {
        request,
        isOwn: isOwn && !request.isFresh,
        suggested: request.isFresh ? {} : { ...suggested, ...withoutSecrets(known) },
        answer,
      };
      this.#onQuestion(this.#open);
    });
  }

  /** What the person has typed since this was asked last; not what was only tried again. */
  takeNew(): TypedCredential | undefined {
    const isNew = this.#isNew;
    this.#isNew = false;
    return isNew ? this.#typed : undefined;
  }

  #keep(typed: TypedCredential): void {
    this.#typed = { ...this.#typed, ...typed };
    this.#isNew = true;
  }

  /** The desktop refused it; the names are kept as a suggestion. */
  forgetSecrets(): void {
    this.#typed = withoutSecrets(this.#typed);
  }

  /** Withdraws the question; whoever asked is told that there is no answer. */
  withdraw(): void {
    this.#open?.answer(undefined);
  }
}

function withoutSecrets(typed: TypedCredential | undefined): TypedCredential {
  const { username, domain } = typed ?? {};
  return { ...(username !== undefined && { username }), ...(domain !== undefined && { domain }) };
}
