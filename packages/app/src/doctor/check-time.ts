/** Whether this host's clock can be right: tickets, sign-ins and certificates live by it. */
import type { Finding } from "./finding.ts";

const SUBJECT = "Clock";
/** The program was written after this moment, so a clock before it is wrong. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const TOLERANCE_MS = 120_000;
const ADVICE = "Set the clock and keep it by NTP (timedatectl set-ntp true).";

/** `newestMs`: the newest moment the database knows; `undefined` where it is empty. */
export function checkTime(newestMs: number | undefined, nowMs: number): Finding[] {
  if (nowMs < EARLIEST_MS)
    return [
      {
        level: "bad",
        subject: SUBJECT,
        text: `says ${new Date(nowMs).toISOString()}, which is too early`,
        advice: ADVICE,
      },
    ];
  if (newestMs !== undefined && nowMs + TOLERANCE_MS < newestMs) {
    return [
      {
        level: "bad",
        subject: SUBJECT,
        text: "is behind what the database has already seen",
        advice: ADVICE,
      },
    ];
  }
  return [{ level: "good", subject: SUBJECT, text: new Date(nowMs).toISOString() }];
}
