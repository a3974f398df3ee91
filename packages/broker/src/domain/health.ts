/** What probes say about a machine over time, and when to ask it again. Pure. */

import type { Protocol } from "@deskgate/contract";

/**
 * Whether a machine is asked by this protocol again and again. TigerVNC and its kin count every connection that does
 * not end in a sign-in, even one that says nothing, and after five of them turn everybody away who comes from there:
 * probes would lock the gateway out.
 */
export const IS_PROBED: Readonly<Record<Protocol, boolean>> = {
  vnc: false,
  rdp: true,
  ssh: true,
  spice: true,
};

export const NOT_PROBED = "Not probed: VNC servers take connections without a sign-in for attacks.";

/** What is known of a machine; `unknown` until a probe has said something. */
export type HealthState = "unknown" | "up" | "down";

export interface Health {
  readonly state: HealthState;
  readonly since: number | undefined;
  readonly checkedAt: number | undefined;
  /** The last change in words. */
  readonly detail: string;
}

export const PROBE_INTERVAL_MS = 60_000;
/** After a first failure, so that a packet lost is not a machine lost. */
const RETRY_MS = 5_000;
/** LIMIT: between two probes of a machine that stays down. */
const LONGEST_INTERVAL_MS = 15 * 60_000;
/** Failures in a row that make a machine count as down. */
const FAILURES_TO_DOWN = 2;
/** Each wait is shortened or lengthened by up to this share, so that machines entered together drift apart. */
const JITTER = 0.2;

/** The state that so many failures in a row stand for; `undefined` where they decide nothing yet. */
export function stateAfter(failures: number): "up" | "down" | undefined {
  if (failures === 0) return "up";
  return failures < FAILURES_TO_DOWN ? undefined : "down";
}

/** How long to wait for the next probe. `share` is random, from 0 to 1. */
export function waitAfter(failures: number, share: number): number {
  return Math.round(plainWait(failures) * (1 + JITTER * (2 * share - 1)));
}

function plainWait(failures: number): number {
  if (failures === 0) return PROBE_INTERVAL_MS;
  if (failures < FAILURES_TO_DOWN) return RETRY_MS;
  return Math.min(LONGEST_INTERVAL_MS, PROBE_INTERVAL_MS * 2 ** Math.min(failures - FAILURES_TO_DOWN, 10));
}
