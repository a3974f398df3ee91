/** Shapes with smooth edges: each is a signed distance, and half a pixel around its zero is the edge. */
import type { Canvas } from "./canvas.ts";
import { grown, type Point, type Rect } from "./rect.ts";

export interface Rounded {
  readonly rect: Rect;
  readonly radius: number;
}

export function fillRounded(canvas: Canvas, { rect, radius }: Rounded, ink: number): void {
  const { x, y, width, height } = rect;
  canvas.fill({ x, y: y + radius, width, height: height - 2 * radius }, ink);
  canvas.fill({ x: x + radius, y, width: width - 2 * radius, height: radius }, ink);
  canvas.fill({ x: x + radius, y: y + height - radius, width: width - 2 * radius, height: radius }, ink);
  for (const cornerX of [x, x + width - radius]) {
    for (const cornerY of [y, y + height - radius]) {
      const corner = { x: cornerX, y: cornerY, width: radius, height: radius };
      canvas.cover(corner, ink, (px, py) => 0.5 - roundedDistance({ rect, radius }, px, py));
    }
  }
}

/** A soft shadow that ends `blur` pixels outside `shape`; to be cast before the shape itself is drawn. */
export function castShadow(canvas: Canvas, shape: Rounded & { readonly blur: number }, ink: number): void {
  const { x, y, width, height } = shape.rect;
  const { blur } = shape;
  const coverage = (px: number, py: number) => {
    const distance = roundedDistance(shape, px, py);
    return distance < 0 ? 1 : Math.max(0, 1 - distance / blur) ** 2;
  };
  const corner = 2 * shape.radius; // reaches under a shape that stands a little above its shadow
  const outer = grown(shape.rect, blur);
  canvas.cover({ ...outer, height: blur + corner }, ink, coverage);
  canvas.cover({ ...outer, y: y + height - corner, height: blur + corner }, ink, coverage);
  const sides = { y: y + corner, height: height - 2 * corner };
  canvas.cover({ x: x - blur, width: blur, ...sides }, ink, coverage);
  canvas.cover({ x: x + width, width: blur, ...sides }, ink, coverage);
}

export function fillDisc(
  canvas: Canvas,
  { centre, radius }: { readonly centre: Point; readonly radius: number },
  ink: number,
): void {
  const coverage = (px: number, py: number) => radius + 0.5 - Math.hypot(px - centre.x, py - centre.y);
  canvas.cover(boundsOf(centre, centre, radius), ink, coverage);
}

/** A line with round ends. */
export interface Stroke {
  readonly from: Point;
  readonly to: Point;
  readonly width: number;
}

export function drawStroke(canvas: Canvas, { from, to, width }: Stroke, ink: number): void {
  const along = { x: to.x - from.x, y: to.y - from.y };
  const lengthSquared = along.x ** 2 + along.y ** 2 || 1;
  canvas.cover(boundsOf(from, to, width / 2), ink, (px, py) => {
    const reach = ((px - from.x) * along.x + (py - from.y) * along.y) / lengthSquared;
    const share = Math.max(0, Math.min(1, reach));
    return width / 2 + 0.5 - Math.hypot(px - from.x - share * along.x, py - from.y - share * along.y);
  });
}

function roundedDistance({ rect, radius }: Rounded, px: number, py: number): number {
  const x = Math.abs(px - rect.x - rect.width / 2) - rect.width / 2 + radius;
  const y = Math.abs(py - rect.y - rect.height / 2) - rect.height / 2 + radius;
  return Math.hypot(Math.max(x, 0), Math.max(y, 0)) + Math.min(0, Math.max(x, y)) - radius;
}

function boundsOf(a: Point, b: Point, reach: number): Rect {
  const x = Math.floor(Math.min(a.x, b.x) - reach - 1);
  const y = Math.floor(Math.min(a.y, b.y) - reach - 1);
  const right = Math.ceil(Math.max(a.x, b.x) + reach + 1);
  const bottom = Math.ceil(Math.max(a.y, b.y) + reach + 1);
  return { x, y, width: right - x, height: bottom - y };
}
