/**
 * What kind of place an IP address is. Pure classification of literals; nobody is asked and nothing is dialled.
 *
 * The broker uses it to refuse a bad machine when it is entered, the gateway to refuse it again when it is dialled,
 * after the name was resolved (negative cases N1 and N2). Ranges: IANA special-purpose registries (RFC 6890, RFC 4291).
 */
export type AddressKind =
  | "ordinary"
  | "loopback"
  | "link-local"
  | "metadata"
  | "unspecified"
  | "multicast"
  | "reserved";

/** Kinds that a machine may be declared to live at ("on the gateway's own host or link"). The rest is never dialled. */
const DECLARABLE: readonly AddressKind[] = ["loopback", "link-local"];

/** Whether a machine at `kind` of address may be dialled, given that it was explicitly declared there or not. */
export function mayDial(kind: AddressKind, declared: boolean): boolean {
  return kind === "ordinary" || (declared && DECLARABLE.includes(kind));
}

/** The kind of an IP literal as the system's resolver spells it, or `undefined` where `text` is no such literal. */
export function classifyAddress(text: string): AddressKind | undefined {
  const v4 = parseIpv4(text);
  if (v4) return classifyIpv4(v4);
  const v6 = parseIpv6(text.split("%", 1)[0] ?? "");
  return v6 ? classifyIpv6(v6) : undefined;
}

/**
 * Whether `host` looks like a number that some resolvers read as IPv4 (`127.1`, `0x7f.1`, `2130706433`, `0177.0.0.1`)
 * without being four plain decimal parts. Such spellings only serve to hide an address, so they are refused.
 */
export function isDisguisedIpv4(host: string): boolean {
  if (parseIpv4(host)) return false;
  const parts = host.replace(/\.$/, "").split(".");
  return parts.length <= 4 && parts.every((part) => /^(0x[0-9a-f]*|[0-9]+)$/i.test(part));
}

/** Four plain decimal parts without leading zeros, as 32 bits in an array of four bytes. */
export function parseIpv4(text: string): readonly [number, number, number, number] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const [a, b, c, d] = match.slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  const isPlain = match.slice(1).every((part) => part === String(Number(part)) && Number(part) <= 255);
  return isPlain ? [a, b, c, d] : undefined;
}

function classifyIpv4([a, b, c, d]: readonly [number, number, number, number]): AddressKind {
  if (a === 0) return "unspecified"; // 0.0.0.0/8 reaches this host on Linux
  if (a === 127) return "loopback";
  if (a === 169 && b === 254) return c === 169 && d === 254 ? "metadata" : "link-local";
  if (a === 100 && b === 100 && c === 100 && d === 200) return "metadata"; // Alibaba Cloud
  if (a === 192 && b === 0 && c === 0 && d === 192) return "metadata"; // Oracle Cloud
  if (a >= 224 && a <= 239) return "multicast";
  if (a >= 240) return "reserved"; // includes 255.255.255.255
  return "ordinary";
}

/** Eight 16-bit groups of an IPv6 literal (RFC 4291 §2.2), dotted tail included. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const plain = text.includes(":") ? withoutDottedTail(text) : undefined;
  const [head, rest, ...more] = plain?.split("::").map((half) => (half === "" ? [] : half.split(":"))) ?? [];
  if (!head || more.length > 0) return undefined;
  const missing = 8 - head.length - (rest?.length ?? 0);
  // `::` stands for at least one group; without it there must be all eight.
  if (rest ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => "0"), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16));
}

/** Spells a dotted IPv4 tail (`::ffff:127.0.0.1`) as two groups; `undefined` where the tail is no address. */
function withoutDottedTail(text: string): string | undefined {
  const tail = /^(.*:)([\d.]*\.[\d.]*)$/.exec(text);
  if (!tail) return text;
  const v4 = parseIpv4(tail[2] ?? "");
  if (!v4) return undefined;
  const [a, b, c, d] = v4;
  return `${tail[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function classifyIpv6(groups: readonly number[]): AddressKind {
  const embedded = embeddedIpv4(groups);
  if (embedded) return embedded;
  const [first = 0] = groups;
  if (groups.every((group) => group === 0)) return "unspecified";
  if (groups.slice(0, 7).every((group) => group === 0)) return groups[7] === 1 ? "loopback" : "reserved";
  if (first === 0xfd00 && groups[1] === 0xec2 && groups[7] === 0x254) return "metadata"; // AWS
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  if ((first & 0xff00) === 0xff00) return "multicast";
  return "ordinary";
}

/** IPv4-mapped (::ffff/96), IPv4-compatible (::/96), NAT64 (64:ff9b::/96), SIIT and 6to4 (2002::/16) carry an IPv4 address that decides. */
function embeddedIpv4(groups: readonly number[]): AddressKind | undefined {
  const [g0 = 0, g1 = 0, g2 = 0, , , g5 = 0, g6 = 0, g7 = 0] = groups;
  const startsWithZeros = groups.slice(0, 5).every((group) => group === 0);
  const isMapped = startsWithZeros && g5 === 0xffff;
  const isCompatible = startsWithZeros && g5 === 0 && g6 !== 0;
  const isTranslated = groups.slice(0, 4).every((group) => group === 0) && groups[4] === 0xffff && g5 === 0; // RFC 2765
  const isNat64 = g0 === 0x64 && g1 === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (isMapped || isCompatible || isTranslated || isNat64)
    return classifyIpv4([g6 >> 8, g6 & 255, g7 >> 8, g7 & 255]);
  if (g0 === 0x2002) return classifyIpv4([g1 >> 8, g1 & 255, g2 >> 8, g2 & 255]);
  return undefined;
}
