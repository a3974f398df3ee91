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
  const whole = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_DEADLINE_MS)]);
  const destination = await untilAborted(checkDestination(target), whole);
  if (!destination) return { failed: "target_unreachable", detail: "name resolution took too long" };
  if ("refused" in destination) return { failed: destination.refused, detail: destination.detail };
  let detail = "";
  for (const host of destination.addresses.slice(0, MAX_ADDRESSES)) {
    try {
      const connection = await dial(
        { host, port: target.port },
        AbortSignal.any([whole, AbortSignal.timeout(ADDRESS_DEADLINE_MS)]),
      );
      return { connection, tookMs: performance.now() - began };
    } catch (cause) {
      detail = cause instanceof Error ? cause.message : "dial failed";
    }
  }
  return { failed: "target_unreachable", detail };
}

async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
