/** Where a person wanted to go before they were asked to sign in. Only addresses of this console are believed. */
export interface CameFrom {
  readonly from?: string;
}

export function cameFrom(search: Readonly<Record<string, unknown>>): CameFrom {
  const from = search["from"];
  return typeof from === "string" && isOwnAddress(from) ? { from } : {};
}

/** A path on this origin: `//host` and `/\host` lead elsewhere. */
function isOwnAddress(address: string): boolean {
  return /^\/(?![/\\])/.test(address);
}
