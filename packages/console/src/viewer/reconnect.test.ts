import type { EndReason } from "@deskgate/contract";
import { describe, expect, it } from "vitest";
import {
  advance,
  codeOfEnding,
  delayBefore,
  type Ending,
  INITIAL_STATE,
  STARTING_DEADLINE_MS,
  type ViewerState,
} from "./reconnect.ts";

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

describe("a viewer whose machine is being started", () => {
  const starting: Ending = {
    ...{ by: "api", code: "machine_starting", sentence: "It is being started.", mayRetry: true },
    retryAfterMs: 5_000,
  };
  const refuse = (state: ViewerState, now: number) =>
    advance(state, { type: "lost", ending: starting, now, chance: MIDDLE });

  it("asks again in the rhythm of the API, and knows since when it waits", () => {
    let state = refuse(INITIAL_STATE, 1_000);
    for (let now = 6_000; now < 60_000; now += 5_000) {
      expect(state).toMatchObject({ at: "waiting", dueAt: now, startingSince: 1_000 });
      expect(due(state)).toMatchObject({ at: "retrying", startingSince: 1_000 });
      state = refuse(due(state), now);
    }
    expect(open(due(state), 60_000)).toMatchObject({ at: "connected" });
  });

  it("gives up after its time, and starts anew when somebody asks", () => {
    let state = refuse(INITIAL_STATE, 0);
    for (let now = 5_000; now < STARTING_DEADLINE_MS; now += 5_000) state = refuse(due(state), now);
    expect(state.at).toBe("waiting");
    const ended = refuse(due(state), STARTING_DEADLINE_MS);
    expect(ended.at === "ended" && codeOfEnding(ended.ending)).toBe("machine_not_started");
    expect(refuse(advance(ended, { type: "again" }), 400_000)).toMatchObject({
      ...{ at: "waiting", startingSince: 400_000 },
    });
  });

  it("goes on as after any loss where the machine is there but not ready yet", () => {
    const there = lose(due(refuse(INITIAL_STATE, 0)), "target_unreachable", 5_000);
    expect(there).toMatchObject({ at: "waiting", attempt: 2 });
    expect(there).not.toHaveProperty("startingSince");
  });
});
