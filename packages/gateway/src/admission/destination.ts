/**
 * Where a tunnel may lead: resolves the admission's host and refuses what no desktop may be (negative cases N1 and N2).
 *
 * Every address a name has must be allowed, and the caller dials one of those checked here, never the name again, so
 * that a name cannot change its mind in between.
 */
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { classifyAddress, isDisguisedIpv4, mayDial, type Target } from "@deskgate/contract";

export type Destination =
  | { readonly addresses: readonly string[] }
  | { readonly refused: "target_address_refused" | "target_name_unknown"; readonly detail: string };

/** How long a change of this host's own addresses may go unnoticed. */
const OWN_ADDRESSES_MAX_AGE_MS = 5_000;

/** All addresses of a host name; rejects where it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Checks `target`. `ownAddresses`: those of this host, which only a declared machine may have. */
export async function checkDestination(
  target: Target,
  options: { readonly resolve?: Resolve; readonly ownAddresses?: () => ReadonlySet<string> } = {},
): Promise<Destination> {
  const { host, isDeclaredLocal } = target;
  const resolve = options.resolve ?? resolveBySystem;
  // Only an undeclared machine is compared with this host, and asking the system takes longer than all else here.
  const own = isDeclaredLocal ? undefined : (options.ownAddresses ?? addressesOfThisHost)();
  if (isDisguisedIpv4(host))
    return { refused: "target_address_refused", detail: "address is spelled as a bare number" };
  const found = classifyAddress(host) === undefined ? await tryResolve(resolve, host) : [host];
  if ("failure" in found) return { refused: "target_name_unknown", detail: found.failure };
  for (const address of found) {
    const kind = classifyAddress(address) ?? "reserved";
    if (!mayDial(kind, isDeclaredLocal))
      return { refused: "target_address_refused", detail: `${address} is a ${kind} address` };
    if (own?.has(address))
      return { refused: "target_address_refused", detail: `${address} is the gateway itself` };
  }
  return { addresses: found };
}

async function tryResolve(
  resolve: Resolve,
  host: string,
): Promise<readonly string[] | { readonly failure: string }> {
  try {
    const addresses = await resolve(host);
    return 0 < addresses.length ? addresses : { failure: `${host} has no address` };
  } catch (cause) {
    return { failure: cause instanceof Error ? cause.message : `${host} cannot be resolved` };
  }
}

const addressesOfThisHost = rememberFor(OWN_ADDRESSES_MAX_AGE_MS, () => {
  const lists = Object.values(networkInterfaces());
  return new Set(lists.flatMap((list) => list?.map(({ address }) => address) ?? []));
});

/** Asks again only when the last answer is older than `maxAgeMs`. */
function rememberFor<Value>(maxAgeMs: number, ask: () => Value): () => Value {
  let last: { readonly value: Value; readonly atMs: number } | undefined;
  return () => {
    const now = performance.now();
    if (!last || maxAgeMs < now - last.atMs) last = { value: ask(), atMs: now };
    return last.value;
  };
}
