/** What doing something once needs of others. */

export interface Claim {
  readonly userId: string;
  readonly key: string;
  readonly requestHash: string;
  readonly at: number;
}

export interface EarlierRequest {
  readonly requestHash: string;
  /** Absent while it is being worked on. */
  readonly sealedReply: string | undefined;
}

export interface IdempotencyStore {
  /** The earlier request with this key, or `undefined` where the claim is now the caller's. */
  claim(
    claim: Claim,
    forget: { readonly repliesBefore: number; readonly claimsBefore: number },
  ): Promise<EarlierRequest | undefined>;
  finish(claim: Claim, sealedReply: string): Promise<void>;
  release(claim: Claim): Promise<void>;
}
