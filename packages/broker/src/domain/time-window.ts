/** Whether it is time: windows of the week, by the clocks of their time zone. Pure. */
import type { TimeWindow } from "@deskgate/contract";

const MINUTES_OF_DAY = 24 * 60;
const MINUTE_MS = 60_000;

/** No windows: always. Clocks that are put forward skip what they skip, clocks put back have it twice. */
export function isOpenAt(windows: readonly TimeWindow[], now: number): boolean {
  return windows.length === 0 || windows.some((window) => isInside(window, clockAt(now, window.timeZone)));
}

/**
 * When the last that is open of all the sets of windows closes, within `horizonMs`; `undefined` where one stays open and
 * where none is. Windows begin and end at full minutes, so that no moment in between has to be looked at.
 */
export function findClosing(
  sets: readonly (readonly TimeWindow[])[],
  now: number,
  horizonMs: number,
): number | undefined {
  const isOpen = (at: number) => sets.some((windows) => isOpenAt(windows, at));
  if (!isOpen(now)) return undefined;
  for (let at = now - (now % MINUTE_MS) + MINUTE_MS; at <= now + horizonMs; at += MINUTE_MS)
    if (!isOpen(at)) return at;
  return undefined;
}

/** 1 is Monday, 7 Sunday. */
interface ClockReading {
  readonly day: number;
  readonly minute: number;
}

function isInside({ days, from, to }: TimeWindow, { day, minute }: ClockReading): boolean {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  if (begin < end) return days.includes(day) && begin <= minute && minute < end;
  const yesterday = day === 1 ? 7 : day - 1;
  return (days.includes(day) && begin <= minute) || (days.includes(yesterday) && minute < end);
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function clockAt(now: number, timeZone: string): ClockReading {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  } as const);
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const minute = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
  return { day: DAYS.indexOf(parts.get("weekday") ?? "") + 1, minute: minute % MINUTES_OF_DAY };
}
