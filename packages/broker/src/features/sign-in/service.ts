/** Signing in by any method, recognising who comes back, and signing out. Not how a credential is checked. */
import { DeskgateError, type Log, type Meter, Secret } from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import {
  hashSecret,
  isLive,
  newSecret,
  SEEN_GRANULARITY_MS,
  SIGN_IN_ABSOLUTE_MS,
} from "../../domain/sign-in.ts";
import { type SignInMethodName, signInRefusal } from "../../domain/sign-in-policy.ts";
import type { AuditService } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { AttemptGuard, AttemptPlace } from "./attempt-guard.ts";
import type { OwnPasswords } from "./own-passwords.ts";
import type { CheckedCredential, PasswordStore, SignInMethods, SignInStore, SignInUser } from "./ports.ts";

/** Where a sign-in comes from. */
export interface SignInOrigin {
  readonly address: string;
  readonly userAgent: string;
  /** The token that the browser held before, if any; its sign-in ends. */
  readonly previousToken: string | undefined;
}

export interface SignedIn {
  readonly token: Secret;
  readonly expiresAt: number;
  readonly caller: Caller;
}

interface SignInDeps {
  readonly store: SignInStore;
  readonly methods: SignInMethods;
  readonly guard: AttemptGuard;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly accounts: Pick<PasswordStore, "findByName">;
  readonly meter: Pick<Meter, "signIn">;
  readonly ownPasswords: OwnPasswords;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

// LIMIT: characters of a user agent that are kept.
const USER_AGENT_CHARACTERS = 300;

export class SignInService {
  readonly #deps: SignInDeps;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  async withPassword(
    credential: { readonly name: string; readonly password: string },
    origin: SignInOrigin,
  ): Promise<SignedIn> {
    const name = credential.name.trim().toLowerCase();
    const place = { accountName: name, address: origin.address };
    const password = new Secret(credential.password);
    const signedIn = await this.#signIn({ method: "password", place, origin }, () =>
      this.#deps.methods.password.check({ name, password }),
    );
    this.#deps.ownPasswords.keep(signedIn.caller, password);
    return signedIn;
  }

  async withLink(secret: string, origin: SignInOrigin): Promise<SignedIn> {
    const place = { accountName: undefined, address: origin.address };
    return this.#signIn({ method: "link", place, origin }, () =>
      this.#deps.methods.link.check({ secret: new Secret(secret) }),
    );
  }

  /** Who holds `token` now, or `undefined`. */
  async recognise(token: string): Promise<Caller | undefined> {
    const found = await this.#deps.store.findByToken(hashSecret(token));
    const now = this.#deps.clock.now();
    if (!found || found.isUserDisabled || !isLive(found, now)) return undefined;
    this.#deps.ownPasswords.markSeen(found.caller.signInId);
    if (found.lastSeenAt + SEEN_GRANULARITY_MS <= now)
      await this.#deps.store.markSeen(found.caller.signInId, now);
    return found.caller;
  }

  async signOut(caller: Caller, address: string): Promise<void> {
    const { userId, userName: name } = caller;
    const deed = { action: "sign_in.ended", subject: { kind: "user", id: userId } };
    await this.#deps.ending.endSignIn(caller.signInId, { actor: { userId, name, address }, deed });
    this.#deps.log.info({ userId: caller.userId }, "Signed out");
  }

  async #signIn(attempt: Attempt, check: () => Promise<CheckedCredential>): Promise<SignedIn> {
    try {
      const checked = await this.#deps.guard.attempt(attempt.place, () => this.#admit(attempt.method, check));
      if ("refused" in checked) throw new DeskgateError(checked.refused);
      return await this.#begin(checked.user, attempt);
    } catch (cause) {
      if (!(cause instanceof DeskgateError)) throw cause;
      await this.#recordRefusal(attempt, cause);
      const fields = { code: cause.code, viewerAddress: attempt.origin.address, reason: attempt.method };
      this.#deps.log.info(fields, "Sign-in refused");
      throw cause;
    }
  }

  /** INVARIANT: a name that is no account's is not written down: people type passwords into the wrong field. */
  async #recordRefusal({ method, place }: Attempt, { code }: DeskgateError): Promise<void> {
    const { accounts, audit, meter } = this.#deps;
    const { accountName: name, address } = place;
    meter.signIn(code);
    const userId = name === undefined ? undefined : (await accounts.findByName(name))?.userId;
    const actor = { userId, name: userId === undefined ? "" : (name ?? ""), address };
    const subject = { kind: "user", id: userId ?? "" };
    await audit.recordRefusal(actor, {
      action: "sign_in.refused",
      subject,
      outcome: code,
      detail: { method },
    });
  }

  /** First whether the credential is valid, then whether policy accepts the person. */
  async #admit(method: SignInMethodName, check: () => Promise<CheckedCredential>) {
    const checked = await check();
    if ("refused" in checked) return checked;
    const user = await this.#deps.store.findUser(checked.userId);
    if (!user) return { refused: "credentials_wrong" } as const;
    const refused = signInRefusal(user, [method]);
    return refused ? { refused } : { user };
  }

  async #begin(user: SignInUser, { method, origin }: Attempt): Promise<SignedIn> {
    const { store, clock, random, audit, meter, log } = this.#deps;
    const previous =
      origin.previousToken === undefined ? undefined : await this.recognise(origin.previousToken);
    const isSameUser = previous?.userId === user.id;
    if (previous && !isSameUser) await this.#deps.ending.endSignIn(previous.signInId);
    const token = newSecret(random);
    const now = clock.now();
    const signIn = {
      id: random.uuid(),
      tokenHash: hashSecret(token),
      userId: user.id,
      createdAt: now,
      expiresAt: now + SIGN_IN_ABSOLUTE_MS,
      address: origin.address,
      userAgent: origin.userAgent.slice(0, USER_AGENT_CHARACTERS),
    };
    const subject = { kind: "user", id: user.id };
    await audit.change(
      { userId: user.id, name: user.name, address: origin.address },
      () => store.create(signIn, isSameUser ? previous.signInId : undefined),
      () => ({ action: "sign_in.succeeded", subject, detail: { method, signInId: signIn.id } }),
    );
    meter.signIn("ok");
    if (isSameUser) this.#deps.ownPasswords.drop(previous.signInId);
    log.info({ userId: user.id, viewerAddress: origin.address, reason: method }, "Signed in");
    return { token: new Secret(token), expiresAt: signIn.expiresAt, caller: callerOf(user, signIn.id) };
  }
}

interface Attempt {
  readonly method: SignInMethodName;
  readonly place: AttemptPlace;
  readonly origin: SignInOrigin;
}

function callerOf(user: SignInUser, signInId: string): Caller {
  const { id, name, displayName, role, permissions, hasPassword } = user;
  return { userId: id, userName: name, displayName, role, permissions, hasPassword, signInId };
}
