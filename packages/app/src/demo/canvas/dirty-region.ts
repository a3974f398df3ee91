/** The parts of the picture that changed, as a few rectangles; they may overlap. */
import { area, around, isEmpty, type Rect } from "./rect.ts";

/** LIMIT: more rectangles than this become their common bound. */
const MAX_RECTANGLES = 12;
/** Two rectangles become one when that adds no more than this share of pixels. */
const TOLERATED_GROWTH = 1.2;

export class DirtyRegion {
  #rectangles: Rect[] = [];

  get isClean(): boolean {
    return this.#rectangles.length === 0;
  }

  add(rect: Rect): void {
    if (isEmpty(rect)) return;
    let joined = rect;
    const apart: Rect[] = [];
    for (const other of this.#rectangles) {
      const both = around(joined, other);
      if (area(both) <= (area(joined) + area(other)) * TOLERATED_GROWTH) joined = both;
      else apart.push(other);
    }
    apart.push(joined);
    this.#rectangles = apart.length <= MAX_RECTANGLES ? apart : [apart.reduce(around)];
  }

  /** Everything that was added; the region is clean afterwards. */
  take(): readonly Rect[] {
    const taken = this.#rectangles;
    this.#rectangles = [];
    return taken;
  }
}
