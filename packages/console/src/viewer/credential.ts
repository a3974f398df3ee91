/** What a person types so that the desktop lets them in. It stays in this page and the tunnel; the broker never sees it. */

export const CREDENTIAL_FIELDS = ["username", "domain", "password", "privateKey", "passphrase"] as const;
export type CredentialField = (typeof CREDENTIAL_FIELDS)[number];

export interface CredentialRequest {
  readonly fields: readonly CredentialField[];
  /** The machine's own words, where it asks a question of its own. */
  readonly question?: string;
  /** Asked anew each time, such as a one-time code; not answered with what was typed before. */
  readonly isFresh?: boolean;
}

export type TypedCredential = Readonly<Partial<Record<CredentialField, string>>>;
