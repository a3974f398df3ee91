/**
 * One timer for all tunnels: idle and absolute limits, pings and closing deadlines are looked at once a second, so that
 * an idle tunnel costs no timers of its own.
 */
export interface Pulsed {
  onPulse(nowMs: number): void;
}

export interface Pulse {
  /** A steady clock in milliseconds. */
  readonly nowMs: () => number;
  add(member: Pulsed): void;
  remove(member: Pulsed): void;
}

const PULSE_MS = 1000;

/** Starts the timer with the first member and stops it with the last. */
export function createPulse(nowMs: () => number = () => performance.now()): Pulse {
  const members = new Set<Pulsed>();
  let timer: NodeJS.Timeout | undefined;
  const beat = () => {
    const now = nowMs();
    for (const member of members) member.onPulse(now);
  };
  return {
    nowMs,
    add(member) {
      members.add(member);
      timer ??= setInterval(beat, PULSE_MS);
    },
    remove(member) {
      members.delete(member);
      if (0 < members.size) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
