/** What the exit status says. Stable: scripts branch on it. docs/guides/operating.md lists them. */
export const EXIT = {
  done: 0,
  /** Refused or failed; the reason is on standard error. */
  failed: 1,
  /** The command line was not understood; nothing was done. */
  usage: 2,
  /** `audit verify` found the chain broken. */
  chainBroken: 3,
} as const;
