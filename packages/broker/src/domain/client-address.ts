/** A client's address as logs show it and as throttling counts it. */

/** An IPv4 client on a dual-stack socket is spelled as IPv4. */
export function plainAddress(socketAddress: string | undefined): string {
  return (socketAddress ?? "unknown").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** IPv6 clients own a whole /64, so throttling counts it as one place. */
export function throttledPlace(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = (address.split("%", 1)[0] ?? "").toLowerCase().split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
