/** How many requests one place may send: a bucket that fills at a rate and overflows at a burst. Pure. */

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** The bucket after one request, or the seconds until there is room for one. */
export function takeOne(
  bucket: Bucket | undefined,
  { perSecond, burst }: Rate,
  now: number,
): Bucket | { readonly retryAfterSeconds: number } {
  const filled =
    bucket === undefined
      ? burst
      : // A clock that went back takes nothing away.
        Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
  if (filled < 1) return { retryAfterSeconds: Math.max(1, Math.ceil((1 - filled) / perSecond)) };
  return { tokens: filled - 1, at: now };
}
