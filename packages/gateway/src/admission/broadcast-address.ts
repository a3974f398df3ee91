/** Where a broadcast reaches a machine: pure. */

/** One IPv4 network that this host is on. */
export interface OwnNetwork {
  readonly address: string;
  readonly netmask: string;
}

/** Every station on the link that the system sends to by itself (RFC 919 §7). */
const LIMITED_BROADCAST = "255.255.255.255";

/** Four decimal numbers of a byte each. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Of the narrowest of the host's own networks that `machine` is in. A name, or an address elsewhere, is on none of them. */
export function broadcastAddressFor(machine: string, networks: readonly OwnNetwork[]): string {
  if (!IPV4.test(machine)) return LIMITED_BROADCAST;
  const wanted = numberOf(machine);
  const masks = networks
    .map(({ address, netmask }) => ({ address: numberOf(address), mask: numberOf(netmask) }))
    .filter(({ address, mask }) => hasBroadcast(mask) && (address & mask) === (wanted & mask))
    .map(({ mask }) => mask)
    .sort((one, other) => other - one);
  const [narrowest] = masks;
  return narrowest === undefined ? LIMITED_BROADCAST : textOf((wanted | ~narrowest) >>> 0);
}

/** A network of one or two addresses has none (RFC 3021). */
function hasBroadcast(mask: number): boolean {
  return ~mask >>> 0 > 1;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

function textOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}
