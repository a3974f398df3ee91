/** What signing in needs of others. */
import type { ErrorCode, Permission, Secret } from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import type { SignInMethodName } from "../../domain/sign-in-policy.ts";
import type { ThrottleState } from "../../domain/throttle.ts";

/** A credential was looked at: whose it is, or why it is none. Says nothing on whether that person may come in. */
export type CheckedCredential = { readonly userId: string } | { readonly refused: ErrorCode };

/** One way to prove who one is. */
export interface CredentialMethod<Credential> {
  readonly name: SignInMethodName;
  check(credential: Credential): Promise<CheckedCredential>;
}

export interface PasswordCredential {
  readonly name: string;
  readonly password: Secret;
}

export interface LinkCredential {
  readonly secret: Secret;
}

export interface SignInMethods {
  readonly password: CredentialMethod<PasswordCredential>;
  readonly link: CredentialMethod<LinkCredential>;
}

/** Passwords as they are stored. */
export interface PasswordHasher {
  hash(password: Secret): Promise<string>;
  /** Does the same work where `stored` is absent, and then says no. */
  verify(password: Secret, stored: string | undefined): Promise<boolean>;
  /** Whether `stored` was made with other parameters than today's. */
  isOutdated(stored: string): boolean;
}

export interface PasswordStore {
  findByName(
    name: string,
  ): Promise<{ readonly userId: string; readonly hash: string | undefined } | undefined>;
  replaceHash(userId: string, hash: string): Promise<void>;
}

export interface LinkStore {
  create(link: NewLink): Promise<void>;
  /** Uses the link up. Of any number of callers at once, one gets the user. */
  redeem(secretHash: string, now: number): Promise<string | undefined>;
}

export interface NewLink {
  readonly secretHash: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface NewSignIn {
  readonly id: string;
  readonly tokenHash: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
}

export interface StoredSignIn {
  readonly caller: Caller;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly isUserDisabled: boolean;
}

export interface SignInUser {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly permissions: readonly Permission[];
  readonly hasPassword: boolean;
  readonly disabledAt: number | undefined;
}

export interface SignInStore {
  /** Also notes the user's last sign-in. `replaces`: the same user's sign-in that ends, whose connections carry over. */
  create(signIn: NewSignIn, replaces: string | undefined): Promise<void>;
  findByToken(tokenHash: string): Promise<StoredSignIn | undefined>;
  markSeen(signInId: string, at: number): Promise<void>;
  findUser(userId: string): Promise<SignInUser | undefined>;
}

export interface ThrottleStore {
  /** Gives the state of each key asked for. */
  read(keys: readonly string[]): Promise<(key: string) => ThrottleState>;
  /** Writes what `next` makes of the state of each key, with nobody in between. */
  change(keys: readonly string[], next: (key: string, state: ThrottleState) => ThrottleState): Promise<void>;
}
