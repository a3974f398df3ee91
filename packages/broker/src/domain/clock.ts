/** Time and randomness, which enter every rule and service as arguments so that tests decide them. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export interface Random {
  uuid(): string;
  /** `count` bytes from a cryptographic source. */
  bytes(count: number): Uint8Array;
}
