/** Members take turns over the second, each once, and the timer lives only as long as they do. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPulse } from "./pulse.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the pulse", () => {
  it("comes to every member once a second, and never to many at a time", () => {
    const pulse = createPulse(() => Date.now());
    const at: number[] = [];
    for (let i = 0; i < 400; i++) pulse.add({ onPulse: (nowMs) => void at.push(nowMs) });
    vi.advanceTimersByTime(1000);
    expect(at).toHaveLength(400);
    const together = Map.groupBy(at, (nowMs) => nowMs);
    expect(Math.max(...Array.from(together.values(), ({ length }) => length))).toBe(10);
  });

  it("may lose a member in the middle of its own turn", () => {
    const pulse = createPulse(() => Date.now());
    let beats = 0;
    const member = {
      onPulse: () => {
        beats += 1;
        pulse.remove(member);
      },
    };
    pulse.add(member);
    vi.advanceTimersByTime(3000);
    expect(beats).toBe(1);
  });

  it("keeps no timer without members, and starts again with the next", () => {
    const pulse = createPulse(() => Date.now());
    let beats = 0;
    const member = {
      onPulse: () => {
        beats += 1;
      },
    };
    pulse.add(member);
    pulse.remove(member);
    expect(vi.getTimerCount()).toBe(0);
    pulse.add(member);
    vi.advanceTimersByTime(1000);
    expect(beats).toBe(1);
  });
});
