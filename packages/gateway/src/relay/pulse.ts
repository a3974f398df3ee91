/**
 * One timer for all tunnels: idle and absolute limits, pings and closing deadlines are looked at once a second, so that
 * an idle tunnel costs no timers of its own.
 *
 * Members take turns over the second. If all had theirs at once, the pings of a few hundred tunnels and the pongs they
 * bring would hold up every frame for ten milliseconds.
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
const TURNS = 40;

/** Starts the timer with the first member and stops it with the last. */
export function createPulse(nowMs: () => number = () => performance.now()): Pulse {
  const turns = Array.from({ length: TURNS }, () => new Set<Pulsed>());
  const turnOf = new Map<Pulsed, Set<Pulsed>>();
  let nextJoined = 0;
  let nextBeat = 0;
  let timer: NodeJS.Timeout | undefined;
  const beat = () => {
    const now = nowMs();
    for (const member of turns[nextBeat] ?? []) member.onPulse(now);
    nextBeat = (nextBeat + 1) % TURNS;
  };
  return {
    nowMs,
    add(member) {
      const turn = turns[nextJoined];
      nextJoined = (nextJoined + 1) % TURNS;
      if (!turn || turnOf.has(member)) return;
      turn.add(member);
      turnOf.set(member, turn);
      timer ??= setInterval(beat, PULSE_MS / TURNS);
    },
    remove(member) {
      turnOf.get(member)?.delete(member);
      turnOf.delete(member);
      if (0 < turnOf.size) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}
