/** Dials a machine as a connection would, says what happened, and hangs up. */
import type { GatewayCalls } from "@deskgate/contract";
import { PROTOCOL_HANDLERS } from "../protocols/registry.ts";
import { dialTarget } from "./dial-target.ts";

const PROBE_DEADLINE_MS = 8_000;

/** Never rejects. */
export const probeMachine: GatewayCalls["probe"] = async ({ target, protocol }) => {
  const began = performance.now();
  const tookMs = () => performance.now() - began;
  const signal = AbortSignal.timeout(PROBE_DEADLINE_MS);
  const dialled = await dialTarget(target, signal);
  if ("failed" in dialled)
    return { isReachable: false, tookMs: tookMs(), reason: dialled.failed, detail: dialled.detail };
  const { failed, detail } = await PROTOCOL_HANDLERS[protocol].probe(dialled.connection, signal);
  dialled.connection.abort();
  return {
    isReachable: failed === undefined,
    tookMs: tookMs(),
    ...(failed ? { reason: failed } : {}),
    detail,
  };
};
