import { type TimeWindow, timeWindowSchema } from "@deskgate/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findClosing, isOpenAt } from "./time-window.ts";

const DAILY = [1, 2, 3, 4, 5, 6, 7];
const MINUTE_MS = 60_000;
const BERLIN = "Europe/Berlin";

function window(days: number[], from: string, to: string, timeZone = "UTC"): TimeWindow {
  return timeWindowSchema.parse({ days, from, to, timeZone });
}

/** Minutes of the time from `begin` that one window is open. */
function openMinutes(one: TimeWindow, begin: string, hours: number): number {
  const start = Date.parse(begin);
  const minutes = Array.from({ length: hours * 60 }, (_, at) => start + at * MINUTE_MS);
  return minutes.filter((at) => isOpenAt([one], at)).length;
}

const zone = fc.constantFrom(
  "UTC",
  BERLIN,
  "America/New_York",
  "Asia/Kolkata",
  "Pacific/Apia",
  "Asia/Kathmandu",
);
const time = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const instant = fc.integer({ min: Date.parse("2000-01-01"), max: Date.parse("2050-01-01") });

test("no windows are always open", () => {
  fc.assert(fc.property(instant, (now) => isOpenAt([], now)));
});

test("a window and what it leaves of the day share every moment between them, in every zone and every year", () => {
  fc.assert(
    fc.property(time, time, zone, instant, (from, to, timeZone, now) => {
      fc.pre(from !== to);
      const [inside, rest] = [window(DAILY, from, to, timeZone), window(DAILY, to, from, timeZone)];
      expect(isOpenAt([inside], now)).toBe(!isOpenAt([rest], now));
      expect(isOpenAt([inside, rest], now)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("each moment belongs to the whole day of exactly one day of the week", () => {
  fc.assert(
    fc.property(zone, instant, (timeZone, now) => {
      const open = DAILY.filter((day) => isOpenAt([window([day], "00:00", "24:00", timeZone)], now));
      expect(open).toHaveLength(1);
    }),
  );
});

test("the week in UTC is as the calendar has it", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...DAILY), { minLength: 1 }),
      time,
      time,
      instant,
      (days, from, to, now) => {
        const date = new Date(now);
        const minute = date.getUTCHours() * 60 + date.getUTCMinutes();
        const asMinutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
        const spanMinutes = (asMinutes(to) - asMinutes(from) + 1440) % 1440 || 1440;
        // Was the window opened today, or yesterday and not yet closed?
        const isOpen = [0, 1].some((ago) => {
          const day = new Date(now - ago * 86_400_000).getUTCDay() || 7;
          const since = minute + ago * 1440 - asMinutes(from);
          return days.includes(day) && 0 <= since && since < spanMinutes;
        });
        expect(isOpenAt([window(days, from, to)], now)).toBe(isOpen);
      },
    ),
    { numRuns: 500 },
  );
});

describe("when clocks change", () => {
  test("an hour that is skipped is never open, and the day around it is an hour shorter", () => {
    const sunday = "2026-03-28T23:00:00Z"; // midnight in Berlin; 02:00 becomes 03:00
    expect(openMinutes(window([7], "02:00", "03:00", BERLIN), sunday, 23)).toBe(0);
    expect(openMinutes(window([7], "01:00", "04:00", BERLIN), sunday, 23)).toBe(120);
    expect(openMinutes(window([7], "00:00", "24:00", BERLIN), sunday, 48)).toBe(23 * 60);
  });

  test("an hour that comes twice is open twice", () => {
    const sunday = "2026-10-24T22:00:00Z"; // midnight in Berlin; 03:00 becomes 02:00
    expect(openMinutes(window([7], "02:00", "03:00", BERLIN), sunday, 25)).toBe(120);
    expect(openMinutes(window([7], "00:00", "24:00", BERLIN), sunday, 48)).toBe(25 * 60);
  });

  test("office hours stay at the same hours of the clock", () => {
    const office = window([1, 2, 3, 4, 5], "08:00", "18:00", BERLIN);
    expect(isOpenAt([office], Date.parse("2026-03-27T07:00:00Z"))).toBe(true);
    expect(isOpenAt([office], Date.parse("2026-03-30T06:00:00Z"))).toBe(true);
    expect(isOpenAt([office], Date.parse("2026-03-27T06:59:00Z"))).toBe(false);
  });

  test("a night shift that opened before ends when the clock says so", () => {
    const night = window([6], "22:00", "06:00", BERLIN);
    expect(openMinutes(night, "2026-03-28T12:00:00Z", 24)).toBe(7 * 60);
    expect(openMinutes(night, "2026-10-24T12:00:00Z", 24)).toBe(9 * 60);
  });
});

test("a window past midnight belongs to the day on which it opens", () => {
  const friday = window([5], "22:00", "02:00");
  expect(isOpenAt([friday], Date.parse("2026-01-02T23:00:00Z"))).toBe(true);
  expect(isOpenAt([friday], Date.parse("2026-01-03T01:59:00Z"))).toBe(true);
  expect(isOpenAt([friday], Date.parse("2026-01-03T02:00:00Z"))).toBe(false);
  expect(isOpenAt([friday], Date.parse("2026-01-02T01:00:00Z"))).toBe(false);
});

describe("the closing of windows", () => {
  test("is the first minute at which none is open that was, in every zone and every year", () => {
    const anyWindow = fc
      .tuple(fc.subarray(DAILY, { minLength: 1 }), time, time, zone)
      .filter(([, from, to]) => from !== to)
      .map((parts) => window(...parts));
    const anySets = fc.array(fc.array(anyWindow, { maxLength: 2 }), { maxLength: 2 });
    fc.assert(
      fc.property(anySets, instant, (sets, now) => {
        const isOpen = (at: number) => sets.some((windows) => isOpenAt(windows, at));
        const closing = findClosing(sets, now, 10 * MINUTE_MS);
        if (closing === undefined) {
          expect(isOpen(now + 9 * MINUTE_MS) || !isOpen(now)).toBe(true);
          return;
        }
        const around = [isOpen(now), isOpen(closing - 1), isOpen(closing)];
        expect([closing % MINUTE_MS, ...around]).toEqual([0, true, true, false]);
        expect(closing).toBeLessThanOrEqual(now + 10 * MINUTE_MS);
      }),
    );
  });

  test("is found to the minute, and not where another window goes on", () => {
    const now = Date.parse("2026-01-05T11:52:30Z");
    const morning = window(DAILY, "08:00", "12:00");
    const closing = Date.parse("2026-01-05T12:00:00Z");
    expect(findClosing([[morning]], now, 10 * MINUTE_MS)).toBe(closing);
    expect(findClosing([[morning]], now, 5 * MINUTE_MS)).toBeUndefined();
    expect(findClosing([[morning], []], now, 10 * MINUTE_MS)).toBeUndefined();
    expect(findClosing([[morning, window(DAILY, "12:00", "13:00")]], now, 10 * MINUTE_MS)).toBeUndefined();
  });
});
