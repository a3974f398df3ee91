import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Rect } from "./canvas/rect.ts";
import { loadFonts } from "./font/fonts.ts";
import { Machine, type Onlooker } from "./machine.ts";

class Watcher implements Onlooker {
  readonly damage: Rect[] = [];
  readonly resizes: boolean[] = [];
  onDamage(rect: Rect): void {
    this.damage.push(rect);
  }
  onResize(isByYou: boolean): void {
    this.resizes.push(isByYou);
  }
  onCopy(): void {}
}

const fonts = loadFonts();
const newMachine = () => new Machine(fonts, () => new Date());

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 0, 2, 12, 0, 0) });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a machine nobody looks at", () => {
  it("runs no timer, before the first viewer and after the last", () => {
    const machine = newMachine();
    expect(vi.getTimerCount()).toBe(0);
    const [first, second] = [new Watcher(), new Watcher()];
    machine.join(first);
    machine.join(second);
    expect(vi.getTimerCount()).toBe(1);
    machine.leave(first);
    expect(vi.getTimerCount()).toBe(1);
    machine.leave(second);
    machine.leave(second);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a machine somebody looks at", () => {
  it("changes only in small places while nobody does anything", () => {
    const machine = newMachine();
    const watcher = new Watcher();
    machine.join(watcher);
    watcher.damage.length = 0;
    vi.advanceTimersByTime(3000);
    expect(watcher.damage.length).toBeLessThan(60);
    const pixels = watcher.damage.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(pixels / 3).toBeLessThan(170_000);
    machine.leave(watcher);
  });

  it("tells everyone of a new size and whose wish it was", () => {
    const machine = newMachine();
    const [one, other] = [new Watcher(), new Watcher()];
    machine.join(one);
    machine.join(other);
    machine.resize({ width: 1000, height: 700 }, one);
    machine.resize({ width: 1000, height: 700 }, other);
    expect([one.resizes, other.resizes]).toEqual([[true], [false, true]]);
    expect(machine.picture().bounds).toMatchObject({ width: 1000, height: 700 });
  });

  it("stays within its limits whatever size is asked for", () => {
    const machine = newMachine();
    const watcher = new Watcher();
    machine.resize({ width: 65_535, height: 65_535 }, watcher);
    expect(machine.screen).toEqual({ width: 3840, height: 2160 });
    machine.resize({ width: 1, height: 1 }, watcher);
    expect(machine.screen).toEqual({ width: 240, height: 180 });
  });

  it("shows the same picture to one who comes later", () => {
    const machine = newMachine();
    const [one, later] = [new Watcher(), new Watcher()];
    machine.join(one);
    machine.pressKey(0x57, true);
    const seen = machine.picture().pixels.slice();
    machine.leave(one);
    machine.join(later);
    expect(Buffer.compare(Buffer.from(machine.picture().pixels.buffer), Buffer.from(seen.buffer))).toBe(0);
    machine.leave(later);
  });
});
