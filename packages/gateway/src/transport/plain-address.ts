/** An address as people write it: IPv4 stays IPv4 where a socket for both families spells it inside IPv6 (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
