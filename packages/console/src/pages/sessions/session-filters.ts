/** The filters of both lists of sessions; those by user, pool and machine come from links elsewhere. */
import { useNameOfMachine, useNameOfPool, useNameOfUser } from "../../api/names.ts";
import type { ListFilter } from "../../parts/table/list-page.tsx";
import type { ListState } from "../../parts/table/list-state.ts";
import { sessionsText } from "../../text/sessions.ts";

export const SESSION_FILTER_NAMES = ["state", "userId", "poolId", "machineId", "from"];

const HOUR_MS = 3_600_000;
const PERIODS = [
  { label: sessionsText.periods.day, hours: 24 },
  { label: sessionsText.periods.week, hours: 7 * 24 },
  { label: sessionsText.periods.month, hours: 30 * 24 },
];

export function useIdFilters({ filters }: ListState): readonly ListFilter[] {
  const names = {
    userId: useNameOfUser(filters["userId"]),
    poolId: useNameOfPool(filters["poolId"]),
    machineId: useNameOfMachine(filters["machineId"]),
  };
  return (["userId", "poolId", "machineId"] as const).map((name) => ({
    name,
    label: sessionsText.filters[name],
    labelOf: (value) => names[name] ?? value,
  }));
}

export const LIVE_STATE_FILTER: ListFilter = {
  name: "state",
  label: sessionsText.filters.state,
  options: (["active", "disconnected", "ready", "preparing"] as const).map((value) => ({
    value,
    label: sessionsText.states[value],
  })),
};

/** Counted back from the full hour, so that the same choice is the same address for a while. */
export function periodFilter(now: number): ListFilter {
  const fullHour = Math.floor(now / HOUR_MS) * HOUR_MS;
  return {
    name: "from",
    label: sessionsText.filters.from,
    options: PERIODS.map(({ label, hours }) => ({
      value: new Date(fullHour - hours * HOUR_MS).toISOString(),
      label,
    })),
  };
}
