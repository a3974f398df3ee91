/**
 * Tells people in sessions beforehand that their hours end, some minutes before and once more at the last.
 *
 * INVARIANT: each notice is sent once, however often this looks and however many brokers do: its id says what it is about.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../../domain/clock.ts";
import type { ClosingSession, MessageStore } from "./ports.ts";

interface ClosingNoticesDeps {
  readonly sessions: { listClosing(at: number, horizonMs: number): Promise<readonly ClosingSession[]> };
  readonly messages: Pick<MessageStore, "notify">;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
/** How long before the end people are told, the longest first. */
const NOTICES_MS = [10 * MINUTE_MS, MINUTE_MS] as const;

export class ClosingNotices {
  readonly #deps: ClosingNoticesDeps;

  constructor(deps: ClosingNoticesDeps) {
    this.#deps = deps;
  }

  /** Sends what is due and was not sent yet. */
  async send(): Promise<void> {
    const { sessions, messages, clock } = this.#deps;
    const at = clock.now();
    for (const { sessionId, closesAt } of await sessions.listClosing(at, NOTICES_MS[0])) {
      const leftMs = closesAt - at;
      // Who comes in the last minutes hears the notice of those.
      const due = NOTICES_MS.findLast((noticeMs) => leftMs <= noticeMs);
      if (due === undefined) continue;
      const id = noticeId(sessionId, closesAt, due);
      await messages.notify(sessionId, { id, at, by: "", text: sentenceOf(leftMs), endsAt: closesAt });
    }
  }
}

/** For viewers that know no better; the console says it in the person's language and time. */
function sentenceOf(leftMs: number): string {
  const minutes = Math.ceil(leftMs / MINUTE_MS);
  const time = minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return `Your hours on this desktop end in ${time}, and the session with them. Save your work.`;
}

/** A UUID of version 8 (RFC 9562 §5.8): the same for the same notice. */
function noticeId(sessionId: string, closesAt: number, noticeMs: number): string {
  const hash = createHash("sha256").update(`${sessionId} ${closesAt} ${noticeMs}`).digest("hex");
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `8${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20, 32)].join("-");
}
