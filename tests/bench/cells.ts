/** What is measured: each cell is one kind of load, put on each of its relays in turn. */
import type { RelayName } from "./relays.ts";

export const CELL_NAMES = ["bulk1", "bulk50", "interactive", "idle", "setup"] as const;
export type CellName = (typeof CELL_NAMES)[number];

export interface Load {
  /** The load generator's mode. */
  readonly mode: "bulk" | "interactive" | "idle" | "setup" | "verify";
  readonly tunnels: number;
  readonly warmSeconds: number;
  readonly windowSeconds: number;
}

export interface Cell extends Load {
  readonly name: CellName;
  /** In the order in which they take turns. */
  readonly relays: readonly RelayName[];
}

/** Before anything is measured: every byte through every relay, both ways, under backpressure. */
export const VERIFICATION: Load = { mode: "verify", tunnels: 20, warmSeconds: 0, windowSeconds: 0 };
export const VERIFIED_RELAYS: readonly RelayName[] = ["deskgate", "haproxy", "websockify"];

export interface Plan {
  readonly rounds: number;
  /** Disturbed rounds are measured again up to this long after the start. */
  readonly repeatUntilSeconds: number;
  readonly cells: readonly Cell[];
}

/** websockify forks a process per tunnel, so it is spared the interactive, idle and set-up cells. */
const ALL: readonly RelayName[] = ["deskgate", "haproxy", "websockify"];
const BOTH: readonly RelayName[] = ["deskgate", "haproxy"];
const BOTH_AND_DIRECT: readonly RelayName[] = ["direct", "deskgate", "haproxy"];

export const FULL_PLAN: Plan = {
  rounds: 4,
  repeatUntilSeconds: 780,
  cells: [
    { name: "bulk1", mode: "bulk", relays: ALL, tunnels: 1, warmSeconds: 1.5, windowSeconds: 4 },
    { name: "bulk50", mode: "bulk", relays: ALL, tunnels: 50, warmSeconds: 1.5, windowSeconds: 4 },
    {
      name: "interactive",
      mode: "interactive",
      relays: BOTH_AND_DIRECT,
      tunnels: 500,
      warmSeconds: 8,
      windowSeconds: 8,
    },
    { name: "idle", mode: "idle", relays: BOTH, tunnels: 2020, warmSeconds: 1.5, windowSeconds: 8 },
    { name: "setup", mode: "setup", relays: BOTH, tunnels: 4000, warmSeconds: 0, windowSeconds: 0 },
  ],
};

const QUICK_WINDOWS: Record<CellName, { readonly warmSeconds: number; readonly windowSeconds: number }> = {
  bulk1: { warmSeconds: 1, windowSeconds: 2 },
  bulk50: { warmSeconds: 1, windowSeconds: 2 },
  interactive: { warmSeconds: 2, windowSeconds: 4 },
  idle: { warmSeconds: 1.5, windowSeconds: 8 },
  setup: { warmSeconds: 0, windowSeconds: 0 },
};

/** Two rounds with shorter windows: enough to see a change, not to publish a figure. */
export const QUICK_PLAN: Plan = {
  rounds: 2,
  repeatUntilSeconds: 260,
  cells: FULL_PLAN.cells.map((cell) => ({ ...cell, ...QUICK_WINDOWS[cell.name] })),
};
