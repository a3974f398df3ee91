/** Times, durations and sizes as people read them, in the reader's own notation. */

import { locale } from "./language.ts";
import { quantitiesText } from "./quantity-words.ts";

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

/** `1.4 MB`: decimal units, two significant digits below ten. */
export function spellBytes(bytes: number): string {
  let size = bytes;
  let step = 0;
  while (size >= 999.5 && step < SIZES.length - 1) {
    size /= 1000;
    step += 1;
  }
  const digits = step > 0 && size < 9.95 ? 1 : 0;
  return `${spellNumber(size, digits)} ${SIZES[step]}`;
}

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function spellDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joinUnits(hours, "h", minutes % 60, "min");
  return joinUnits(Math.floor(hours / 24), quantitiesText.day, hours % 24, "h");
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

export function spellNumber(value: number, digits = 0): string {
  return value.toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    // Four digits are read at a glance.
    useGrouping: "min2",
  });
}

export function spellMs(ms: number): string {
  return `${spellNumber(ms, ms < 10 ? 1 : 0)} ms`;
}

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const AGES = [
  { unit: "minute", ms: 60_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "day", ms: 86_400_000 },
  { unit: "month", ms: 30 * 86_400_000 },
  { unit: "year", ms: 365 * 86_400_000 },
] as const;

/** `just now`, `5 minutes ago`, `yesterday`. */
export function spellAge(timestamp: string, now: number): string {
  const age = now - Date.parse(timestamp);
  const fitting = AGES.findLast(({ ms }) => age >= ms);
  return fitting ? relative.format(-Math.floor(age / fitting.ms), fitting.unit) : quantitiesText.justNow;
}

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

const exactMoment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

/** With seconds, where the order of things matters. */
export function spellExactMoment(timestamp: string): string {
  return exactMoment.format(new Date(timestamp));
}

/** The exact time, in the reader's time zone. */
export function spellMoment(timestamp: string): string {
  return moment.format(new Date(timestamp));
}

/** The time of the day, as the person's own clock has it. */
export function spellTime(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });
}
