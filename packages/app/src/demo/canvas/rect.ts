/** Rectangles in whole pixels, half-open: `x + width` is the first column outside. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function isEmpty({ width, height }: Size): boolean {
  return width <= 0 || height <= 0;
}

/** What both cover; empty where they do not meet. */
export function intersection(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x);
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y);
  return { x, y, width, height };
}

export function doMeet(a: Rect, b: Rect): boolean {
  return !isEmpty(intersection(a, b));
}

/** The smallest rectangle around both. */
export function around(a: Rect, b: Rect): Rect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const right = Math.max(a.x + a.width, b.x + b.width);
  const bottom = Math.max(a.y + a.height, b.y + b.height);
  return { x, y, width: right - x, height: bottom - y };
}

export function contains({ x, y, width, height }: Rect, point: Point): boolean {
  return x <= point.x && point.x < x + width && y <= point.y && point.y < y + height;
}

export function area({ width, height }: Size): number {
  return width * height;
}

/** Larger by `by` pixels on every side; smaller where `by` is negative. */
export function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}
