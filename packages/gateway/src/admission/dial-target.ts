/** From an admission's target to a connected socket, or the reason why not; nothing but the admission chooses where. */
import type { EndReason, Target } from "@deskgate/contract";
import { dial } from "../transport/dial.ts";
import type { Connection } from "../transport/transport.ts";
import { checkDestination } from "./destination.ts";

export type Dialled =
  | { readonly connection: Connection; readonly tookMs: number }
  | { readonly failed: EndReason; readonly detail: string };

/** LIMIT: addresses tried of one name. */
const MAX_ADDRESSES = 4;
const ADDRESS_DEADLINE_MS = 4_000;
const WHOLE_DEADLINE_MS = 10_000;

/** Checks and dials. `signal` gives up early. Never rejects. */
export async function dialTarget(target: Target, signal: AbortSignal): Promise<Dialled> {
  const began = performance.now();
  const timeLeftMs = () => WHOLE_DEADLINE_MS - (performance.now() - began);
  const destination = await inTime(checkDestination(target), { signal, timeoutMs: WHOLE_DEADLINE_MS });
  if (!destination) return { failed: "target_name_unknown", detail: "name resolution took too long" };
  if ("refused" in destination) return { failed: destination.refused, detail: destination.detail };
  let failure: Refusal = { failed: "target_unreachable", detail: "" };
  for (const host of destination.addresses.slice(0, MAX_ADDRESSES)) {
    try {
      const timeoutMs = Math.min(ADDRESS_DEADLINE_MS, timeLeftMs());
      const connection = await dial({ host, port: target.port }, { signal, timeoutMs });
      return { connection, tookMs: performance.now() - began };
    } catch (cause) {
      failure = dialFailureOf(cause);
    }
  }
  return failure;
}

type Refusal = Extract<Dialled, { readonly failed: EndReason }>;

/**
 * A machine that is off says nothing, and its neighbours say EHOSTUNREACH; one that is on and has nothing at the port says
 * so. Where there is no route, this host itself says it.
 */
const DIAL_FAILURES: Readonly<Partial<Record<string, EndReason>>> = {
  ECONNREFUSED: "target_port_closed",
  ENETUNREACH: "target_network_unreachable",
  ENETDOWN: "target_network_unreachable",
};

export function dialFailureOf(cause: unknown): Refusal {
  if (!(cause instanceof Error)) return { failed: "target_unreachable", detail: "dial failed" };
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return { failed: DIAL_FAILURES[code] ?? "target_unreachable", detail: cause.message };
}

/** The work's value, or `undefined` where it is given up before. */
async function inTime<Value>(
  work: Promise<Value>,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
