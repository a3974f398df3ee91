import type { EndReason } from "@deskgate/contract";
import { describe, expect, it } from "vitest";
import { advance, delayBefore, type Ending, INITIAL_STATE, type ViewerState } from "./reconnect.ts";

const MIDDLE = 0.5;
const because = (reason: EndReason): Ending => ({ by: "gateway", reason });
const lose = (state: ViewerState, reason: EndReason, now: number) =>
  advance(state, { type: "lost", ending: because(reason), now, chance: MIDDLE });
const open = (state: ViewerState, now: number) => advance(state, { type: "opened", now });
const due = (state: ViewerState) => advance(state, { type: "due" });

describe("a viewer that loses its desktop", () => {
  it("comes back by itself after half a second", () => {
    const lost = lose(open(INITIAL_STATE, 0), "gateway_stopping", 60_000);
    expect(lost).toMatchObject({ at: "waiting", attempt: 1, dueAt: 60_500 });
    expect(due(lost)).toMatchObject({ at: "retrying", attempt: 1 });
    expect(open(due(lost), 60_700)).toMatchObject({ at: "connected" });
  });

  it("waits longer with each failure, up to ten seconds", () => {
    let state = lose(INITIAL_STATE, "target_unreachable", 0);
    const delays: number[] = [];
    for (let now = 0; delays.length < 7; now += 20_000) {
      if (state.at === "waiting") delays.push(state.dueAt - now);
      state = lose(due(state), "target_unreachable", now + 20_000);
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it("starts from the shortest wait after a connection that held", () => {
    const retried = open(due(lose(due(lose(INITIAL_STATE, "viewer_lost", 0)), "viewer_lost", 600)), 2000);
    expect(lose(retried, "viewer_lost", 4000)).toMatchObject({ at: "waiting", attempt: 3 });
    expect(lose(retried, "viewer_lost", 30_000)).toMatchObject({ at: "waiting", attempt: 1 });
  });

  it.each(["killed", "signed_out", "access_removed", "idle_limit", "taken_over", "viewer_left"] as const)(
    "stays away after %s until somebody asks for it",
    (reason) => {
      const ended = lose(open(INITIAL_STATE, 0), reason, 5000);
      expect(ended).toEqual({ at: "ended", ending: because(reason) });
      expect(due(ended)).toBe(ended);
      expect(open(ended, 6000)).toBe(ended);
      expect(lose(ended, "viewer_lost", 6000)).toBe(ended);
      expect(advance(ended, { type: "again" })).toEqual(INITIAL_STATE);
    },
  );

  it("does as the API says about coming back", () => {
    const refusal = { by: "api", code: "not_found", sentence: "Gone.", mayRetry: false } as const;
    const busy = { ...refusal, code: "too_many_attempts", mayRetry: true, retryAfterMs: 30_000 } as const;
    const at = { type: "lost", now: 1000, chance: MIDDLE } as const;
    expect(advance(INITIAL_STATE, { ...at, ending: refusal })).toMatchObject({ at: "ended" });
    expect(advance(INITIAL_STATE, { ...at, ending: busy })).toMatchObject({ at: "waiting", dueAt: 31_000 });
  });

  it("spreads the waits, so that a lost gateway's viewers do not come back in step", () => {
    expect(delayBefore(1, 0)).toBe(400);
    expect(delayBefore(1, 0.999)).toBe(600);
    expect(delayBefore(100, MIDDLE)).toBe(10_000);
  });
});
