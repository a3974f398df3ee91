/**
 * How the person, or the stored credential, signs in to the machine (RFC 4252, RFC 4256).
 *
 * A stored secret is tried once. What the machine asks beyond it is asked of the person, whose answers go to the
 * machine and are kept nowhere. INVARIANT: no secret is handed to ssh2 before the host key was judged.
 */
import type { Admission, EndReason } from "@deskgate/contract";
import { MAX_PROMPTS, type Prompt } from "@deskgate/wire";
import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware, type Prompt as SshPrompt } from "ssh2";
import { readable, readableLine } from "./machine-text.ts";
import type { Failure } from "./ssh-connection.ts";

export interface Question {
  readonly isLogin: boolean;
  readonly title: string;
  readonly instructions: string;
  readonly prompts: readonly Prompt[];
}

/** Answers in the order of the prompts; none where the person gave up or took too long. */
export type Ask = (question: Question) => Promise<readonly string[]>;

/** LIMIT: as OpenSSH asks; machines disconnect after a few more. */
const MAX_TRIES = 3;
/** LIMIT: of a prompt or title that a machine words. */
const MAX_PROMPT_CHARACTERS = 500;
const MAX_INSTRUCTIONS_CHARACTERS = 2_000;
/** LIMIT: rounds of questions within one try. */
const MAX_ROUNDS = 10;

/**
 * As PAM's modules word it: "Your account has expired; please contact your system administrator.", "The account is locked
 * due to 3 failed logins.", "Your password has expired." Only what a machine says in English is understood.
 */
const ACCOUNT_WORDS: readonly (readonly [RegExp, EndReason])[] = [
  [/\baccount\b[^.\n]{0,80}\blocked\b/i, "target_account_locked"],
  [/\baccount\b[^.\n]{0,80}\bdisabled\b/i, "target_account_disabled"],
  [/\baccount\b[^.\n]{0,80}\bexpired\b/i, "target_account_expired"],
  [/\bpassword\b[^.\n]{0,80}\bexpired\b/i, "target_password_expired"],
];

interface Key {
  readonly privateKey: string;
  readonly passphrase: string | undefined;
}

type Method = "publickey" | "password" | "keyboard-interactive";

export class SignIn {
  readonly #credential: Admission["credential"];
  readonly #isStored: boolean;
  readonly #tried = new Set<Method>();
  readonly #failed = Promise.withResolvers<Failure>();
  #allowed = Promise.withResolvers<Ask>();
  #username: string | undefined;
  /** Stored, or typed together with the name; given once. */
  #password: string | undefined;
  #typedKey: Key | undefined;
  #personTries = 0;
  #rounds = 0;
  #closedAccount: EndReason | undefined;

  constructor({ credential, credentialMode }: Pick<Admission, "credential" | "credentialMode">) {
    this.#credential = credential;
    this.#isStored = credentialMode === "stored";
    this.#username = credential.username;
    this.#password = credential.password;
  }

  /** Settles where nothing is left to try. */
  get failed(): Promise<Failure> {
    return this.#failed.promise;
  }

  /** For ssh2, which asks before every try. */
  readonly handler: AuthHandlerMiddleware = (methodsLeft, isPartial, next) => {
    this.#choose(methodsLeft, isPartial)
      .then((chosen) => ("failed" in chosen ? this.#failed.resolve(chosen) : next(chosen)))
      .catch((cause: unknown) =>
        this.#failed.resolve({
          failed: "internal_error",
          detail: cause instanceof Error ? cause.message : "",
        }),
      );
  };

  /** The host key was judged: secrets may be used, and the person can be asked. */
  begin(ask: Ask): void {
    this.#allowed.resolve(ask);
  }

  /**
   * What the machine says meanwhile: some tell an account's state only so, and then hang up. What is said to everybody,
   * before anyone has tried, is no word about an account.
   */
  note(words: string): void {
    if (!this.hasTried && this.#personTries === 0) return;
    const said = words.slice(0, MAX_INSTRUCTIONS_CHARACTERS);
    this.#closedAccount ??= ACCOUNT_WORDS.find(([pattern]) => pattern.test(said))?.[1];
  }

  /** What it means that the machine hung up while this was going on. */
  refusal(detail: string): Failure {
    if (this.#closedAccount) return { failed: this.#closedAccount, detail: "machine says so of the account" };
    return { failed: this.#isStored ? "target_authentication_failed" : "credential_refused", detail };
  }

  get hasTried(): boolean {
    return 0 < this.#tried.size;
  }

  async #choose(methodsLeft: readonly string[] | null, isPartial: boolean): Promise<AnyAuthMethod | Failure> {
    const ask = await this.#allowed.promise;
    const username = await this.#name(ask);
    if (username === undefined) return GAVE_UP;
    // ssh2 knows no methods yet: "none" is how a client asks for them (RFC 4252 §5.2).
    if (!methodsLeft) return { type: "none", username };
    const may = (method: Method) => methodsLeft.includes(method);
    const stored = this.#storedMethod(username, may);
    if (stored) return stored;
    const key = may("publickey") ? this.#takeTypedKey() : undefined;
    if (key) return this.#keyMethod(username, key);
    if (this.#isFutile && !isPartial) return this.refusal("machine refused what is stored, or the account");
    if (may("keyboard-interactive") && this.#personTries < MAX_TRIES) return this.#interactive(username, ask);
    if ((may("password") || may("publickey")) && !this.#isStored && this.#personTries < MAX_TRIES)
      return this.#typedSecret(username, ask, may);
    return this.hasTried || 0 < this.#personTries
      ? this.refusal("machine refused every try")
      : { failed: "target_protocol_refused", detail: `machine only takes ${methodsLeft.join(", ")}` };
  }

  /** What is stored is tried once; asking a person again would only prolong what keeps an account closed. */
  get #isFutile(): boolean {
    return (this.#isStored && this.hasTried) || this.#closedAccount !== undefined;
  }

  #storedMethod(username: string, may: (method: Method) => boolean): AnyAuthMethod | Failure | undefined {
    const { privateKey, passphrase } = this.#credential;
    if (privateKey !== undefined && may("publickey") && !this.#tried.has("publickey"))
      return this.#keyMethod(username, { privateKey, passphrase });
    if (this.#isStored && this.#password !== undefined && may("password") && !this.#tried.has("password")) {
      this.#tried.add("password");
      return { type: "password", username, password: this.#takePassword() };
    }
    return undefined;
  }

  #keyMethod(username: string, { privateKey, passphrase }: Key): AnyAuthMethod | Failure {
    this.#tried.add("publickey");
    if (ssh2.utils.parseKey(privateKey, passphrase) instanceof Error)
      return this.refusal("private key cannot be read, or its passphrase is wrong");
    const key = { type: "publickey", username, key: privateKey } as const;
    return passphrase === undefined ? key : { ...key, passphrase };
  }

  /** Asked together with the secrets where the name is not known. */
  async #name(ask: Ask): Promise<string | undefined> {
    if (this.#username !== undefined) return this.#username;
    if (this.#isStored) return undefined;
    const prompts = [NAME_PROMPT, PASSWORD_PROMPT, ...KEY_PROMPTS];
    const [name, ...secrets] = await ask({ isLogin: true, title: "", instructions: "", prompts });
    if (name === undefined || name === "") return undefined;
    this.#username = name;
    this.#keep(secrets);
    return name;
  }

  /** A password, or a key where the machine takes keys, as the person likes. */
  async #typedSecret(
    username: string,
    ask: Ask,
    may: (method: Method) => boolean,
  ): Promise<AnyAuthMethod | Failure> {
    this.#personTries += 1;
    if (this.#password === undefined || !may("password")) {
      const prompts = [PASSWORD_PROMPT, ...(may("publickey") ? KEY_PROMPTS : [])];
      const secrets = await ask({ isLogin: true, title: "", instructions: this.#again(), prompts });
      if (secrets.length === 0) return GAVE_UP;
      this.#keep(secrets);
    }
    const key = this.#takeTypedKey();
    if (key) return this.#keyMethod(username, key);
    if (!may("password")) return { failed: "credential_needed", detail: "machine takes keys only" };
    this.#tried.add("password");
    return { type: "password", username, password: this.#takePassword() };
  }

  #keep([password, privateKey = "", passphrase = ""]: readonly string[]): void {
    const hasKey = privateKey !== "";
    this.#password = hasKey ? undefined : password;
    this.#typedKey = hasKey
      ? { privateKey, passphrase: passphrase === "" ? undefined : passphrase }
      : undefined;
  }

  #takeTypedKey(): Key | undefined {
    const key = this.#typedKey;
    this.#typedKey = undefined;
    return key;
  }

  #interactive(username: string, ask: Ask): AnyAuthMethod {
    this.#personTries += 1;
    this.#rounds = 0;
    return {
      type: "keyboard-interactive",
      username,
      prompt: (name, instructions, _language, prompts, finish) => {
        this.#answer({ name, instructions, prompts }, ask).then(
          (answers) => ("failed" in answers ? this.#failed.resolve(answers) : finish([...answers])),
          (cause: unknown) =>
            this.#failed.resolve({
              failed: "internal_error",
              detail: cause instanceof Error ? cause.message : "",
            }),
        );
      },
    };
  }

  async #answer(
    asked: { readonly name: string; readonly instructions: string; readonly prompts: readonly SshPrompt[] },
    ask: Ask,
  ): Promise<readonly string[] | Failure> {
    this.#tried.add("keyboard-interactive");
    this.#rounds += 1;
    this.note(asked.instructions);
    const prompts = asked.prompts.map(({ prompt, echo }) => ({
      text: readableLine(prompt, MAX_PROMPT_CHARACTERS),
      isSecret: echo !== true,
    }));
    if (MAX_PROMPTS < prompts.length || MAX_ROUNDS < this.#rounds)
      return { failed: "target_protocol_error", detail: `machine asks ${prompts.length} questions at once` };
    // Machines that know no method "password" ask for it this way.
    if (this.#password !== undefined && prompts.length === 1 && prompts[0]?.isSecret)
      return [this.#takePassword()];
    const answers = await ask({
      isLogin: false,
      title: readableLine(asked.name, MAX_PROMPT_CHARACTERS),
      instructions: readable(asked.instructions, MAX_INSTRUCTIONS_CHARACTERS) || this.#again(),
      prompts,
    });
    return answers.length === prompts.length ? answers : GAVE_UP;
  }

  #again(): string {
    return 1 < this.#personTries ? "That was not accepted. Try again." : "";
  }

  #takePassword(): string {
    const password = this.#password ?? "";
    this.#password = undefined;
    return password;
  }
}

const NAME_PROMPT: Prompt = { text: "User name", isSecret: false };
const PASSWORD_PROMPT: Prompt = { text: "Password", isSecret: true };
const KEY_PROMPTS: readonly Prompt[] = [
  { text: "Private key", isSecret: true },
  { text: "Passphrase of the key", isSecret: true },
];
const GAVE_UP: Failure = { failed: "credential_needed", detail: "person gave no answer" };
