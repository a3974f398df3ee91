import { DEFAULT_RELEASE, END_REASON_NAMES, SESSION_STATES } from "@deskgate/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advanceSession,
  claimedSession,
  type SessionEvent,
  type SessionStatus,
  sessionStatusOf,
} from "./session-state.ts";

const moment = { now: 1_000_000, release: DEFAULT_RELEASE };

const EVENTS: readonly SessionEvent[] = [
  { type: "reserved" },
  { type: "opened" },
  { type: "reported" },
  { type: "viewers-gone", reason: "viewer_left" },
  { type: "lease-expired" },
  { type: "end", reason: "killed" },
];

function statusIn(state: SessionStatus["state"]): SessionStatus {
  const claimed = claimedSession(0);
  const go = (...events: readonly SessionEvent[]) =>
    events.reduce<SessionStatus>(
      (status, event) => advanceSession(status, event, { ...moment, now: 0 }),
      claimed,
    );
  switch (state) {
    case "preparing":
      return claimed;
    case "ready":
      return go({ type: "reserved" });
    case "active":
      return go({ type: "opened" });
    case "disconnected":
      return go({ type: "opened" }, { type: "viewers-gone", reason: "viewer_left" });
    case "ended":
      return go({ type: "end", reason: "killed" });
  }
}

/** What becomes of each state by each event, in the order of {@link EVENTS}. */
const BECOMES = {
  preparing: ["ready", "active", "active", "ended", "ended", "ended"],
  ready: ["ready", "active", "active", "ended", "ended", "ended"],
  active: ["active", "active", "active", "disconnected", "disconnected", "ended"],
  disconnected: ["disconnected", "active", "active", "disconnected", "ended", "ended"],
  ended: ["ended", "ended", "ended", "ended", "ended", "ended"],
} as const satisfies Record<SessionStatus["state"], readonly SessionStatus["state"][]>;

describe.each(SESSION_STATES)("a session that is %s", (state) => {
  test.each(EVENTS.map((event, index) => [event.type, event, BECOMES[state][index]] as const))(
    "is decided when %s comes",
    (_, event, wanted) => {
      expect(advanceSession(statusIn(state), event, moment).state).toBe(wanted);
    },
  );
});

const anyEvent = fc.oneof(
  fc.constantFrom<SessionEvent>(
    { type: "reserved" },
    { type: "opened" },
    { type: "reported" },
    { type: "lease-expired" },
  ),
  fc.constantFrom(...END_REASON_NAMES).map((reason): SessionEvent => ({ type: "viewers-gone", reason })),
  fc.constantFrom(...END_REASON_NAMES).map((reason): SessionEvent => ({ type: "end", reason })),
);

test("nothing leaves the end, silence ends everything that has a lease, and what is kept can be read back", () => {
  const anyRelease = fc.record({
    afterDisconnectMs: fc.option(fc.nat(100_000)),
    onSignOut: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyEvent, fc.nat(10_000))), anyRelease, (steps, release) => {
      let status: SessionStatus = claimedSession(0);
      let now = 0;
      for (const [event, tookMs] of steps) {
        now += tookMs;
        const next = advanceSession(status, event, { now, release });
        if (status.state === "ended") expect(next).toBe(status);
        expect(sessionStatusOf(next)).toEqual(next);
        if (next.state !== "ended" && next.state !== "disconnected")
          expect(next.leaseExpiresAt).toBeGreaterThanOrEqual(now);
        status = next;
      }
      for (let silences = 0; silences < 2; silences++)
        status = advanceSession(status, { type: "lease-expired" }, { now, release });
      expect(status.state).toBe("ended");
    }),
  );
});

test("a person who comes back finds the session there for as long as the ticket lives", () => {
  const release = { afterDisconnectMs: 0, onSignOut: false };
  const gone = advanceSession(
    statusIn("active"),
    { type: "viewers-gone", reason: "viewer_lost" },
    { now: 0, release },
  );
  expect(gone.leaseExpiresAt).toBe(0);
  expect(advanceSession(gone, { type: "reserved" }, { now: 0, release }).leaseExpiresAt).toBeGreaterThan(
    60_000,
  );
});

test("a status that no session can have is not read", () => {
  const kept = { since: 0, leaseExpiresAt: 1 };
  expect(() => sessionStatusOf({ ...kept, state: "active", reason: "killed" })).toThrow(/active/);
  expect(() => sessionStatusOf({ ...kept, state: "ended", reason: "claimed" })).toThrow(/ended/);
  expect(() =>
    sessionStatusOf({ state: "ready", reason: "ticket_waiting", since: 0, leaseExpiresAt: undefined }),
  ).toThrow();
});
