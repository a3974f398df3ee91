/** Networks as people write them (CIDR, RFC 4632 and RFC 4291 §2.3), and whether an address is inside one. Pure. */
import { z } from "zod";
import { parseIpv4, parseIpv6 } from "./address.ts";

interface Network {
  readonly width: 32 | 128;
  readonly value: bigint;
  readonly prefix: number;
}

/** Why `text` is no network, in a sentence, or `undefined` where it is one. An address alone is a network of one. */
export function networkRefusal(text: string): string | undefined {
  const network = parseNetwork(text);
  if (!network) return "Write an address, or a network such as 192.0.2.0/24 or 2001:db8::/32.";
  if ((network.value & hostMask(network)) !== 0n)
    return "This names an address inside a network. Set the bits after the prefix to zero, or leave the prefix out.";
  return undefined;
}

/** Whether `address` is inside `network`; an IPv4 address in IPv6 clothes is the IPv4 address. */
export function isInNetwork(address: string, network: string): boolean {
  const place = parseNetwork(network);
  const who = parseAddress(address.split("%", 1)[0] ?? "");
  if (!place || !who || place.width !== who.width) return false;
  return (who.value | hostMask(place)) === (place.value | hostMask(place));
}

export const networkSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(50, "Use at most 50 characters.")
  .superRefine((text, context) => {
    const message = networkRefusal(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .meta({ example: "192.0.2.0/24" });

function hostMask({ width, prefix }: Network): bigint {
  return (1n << BigInt(width - prefix)) - 1n;
}

function parseNetwork(text: string): Network | undefined {
  const [address = "", prefixText, ...more] = text.split("/");
  const isMapped = /^[0:]*:ffff:/i.test(address) && !address.includes("%");
  const who = address.includes("%") ? undefined : parseAddress(address);
  if (!who || more.length > 0) return undefined;
  if (prefixText === undefined) return { ...who, prefix: who.width };
  if (!/^(0|[1-9]\d{0,2})$/.test(prefixText)) return undefined;
  // ::ffff:192.0.2.0/120 is 192.0.2.0/24.
  const prefix = Number(prefixText) - (isMapped && who.width === 32 ? 96 : 0);
  return 0 <= prefix && prefix <= who.width ? { ...who, prefix } : undefined;
}

function parseAddress(text: string): Omit<Network, "prefix"> | undefined {
  const v4 = parseIpv4(text);
  if (v4) return { width: 32, value: numberOf(v4, 8n) };
  const groups = parseIpv6(text);
  if (!groups) return undefined;
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return isMapped
    ? { width: 32, value: numberOf(groups.slice(6), 16n) }
    : { width: 128, value: numberOf(groups, 16n) };
}

function numberOf(parts: readonly number[], bits: bigint): bigint {
  return parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n);
}
