/** Streams for tests: put together, and cut as a network would. */

/** The pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Copies of the pieces of `bytes` between the cuts. */
export function chunked(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const ends = [...cuts.map((cut) => Math.min(bytes.length, Math.max(0, cut))), bytes.length].sort(
    (a, b) => a - b,
  );
  let from = 0;
  return ends.map((end) => {
    const piece = bytes.slice(from, end);
    from = end;
    return piece;
  });
}
