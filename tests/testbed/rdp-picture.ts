/** The picture that the tests' RDP desktops show, and how to tell that it is there. */
import { spawnSync } from "node:child_process";
import type { Page } from "playwright-core";
import { type Colour, isNear } from "./browser.ts";

/** Red to blue from top to bottom, with a white square at its left. It lies at the top left of the desktop. */
export const RDP_PICTURE = {
  width: 800,
  height: 600,
  points: [
    { x: 240, y: 240, colour: [255, 255, 255] },
    { x: 700, y: 60, colour: [229, 0, 26] },
    { x: 700, y: 200, colour: [170, 0, 85] },
    { x: 700, y: 560, colour: [17, 0, 238] },
  ],
} as const;

export function paintKnownPicture(file: string): void {
  const { width, height } = RDP_PICTURE;
  const args = ["-size", `${width}x${height}`, "gradient:red-blue", "-fill", "white"];
  const { status, stderr } = spawnSync(
    "/usr/bin/convert",
    [...args, "-draw", "rectangle 200,200 280,280", file],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`convert failed: ${stderr}`);
  spawnSync("chmod", ["644", file]);
}

/** As much of the DOM as is needed inside the page; these files know no DOM types. */
interface FrameCanvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): {
    getImageData(
      x: number,
      y: number,
      w: number,
      h: number,
    ): { readonly data: Uint8ClampedArray<ArrayBuffer> };
  } | null;
}

/** The desktop's canvas; playwright looks into frames only when told to, and through shadow roots by itself. */
export function rdpCanvas(page: Page) {
  return page.frameLocator(".dg-client-frame").locator("canvas").first();
}

export function rdpPixel(page: Page, at: { readonly x: number; readonly y: number }): Promise<Colour> {
  return rdpCanvas(page).evaluate((element, { x, y }) => {
    const data = (element as unknown as FrameCanvas).getContext("2d")?.getImageData(x, y, 1, 1).data;
    return [data?.[0] ?? 0, data?.[1] ?? 0, data?.[2] ?? 0] as const;
  }, at);
}

/** How many pixels of an area are far from black: more of them where something is written. */
export function rdpLitPixels(
  page: Page,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Promise<number> {
  return rdpCanvas(page).evaluate((element, { x, y, width, height }) => {
    const context = (element as unknown as FrameCanvas).getContext("2d");
    const data = context?.getImageData(x, y, width, height).data ?? new Uint8ClampedArray();
    return data.filter((value, i) => i % 4 === 0 && 100 < value).length;
  }, area);
}

export function rdpSize(page: Page): Promise<{ readonly width: number; readonly height: number }> {
  return rdpCanvas(page).evaluate((element) => {
    const { width, height } = element as unknown as FrameCanvas;
    return { width, height };
  });
}

/** RemoteFX loses a little; what is compared is far apart. */
const TOLERANCE = 14;

/** Waits for it; throws with the colour that is there instead. */
export async function expectKnownPicture(page: Page, deadlineMs = 20_000): Promise<void> {
  const until = Date.now() + deadlineMs;
  for (const { x, y, colour } of RDP_PICTURE.points) {
    let seen = await rdpPixel(page, { x, y });
    while (!isNear(seen, colour, TOLERANCE)) {
      if (until < Date.now()) throw new Error(`pixel ${x},${y} is ${seen} rather than ${colour}`);
      await new Promise((done) => setTimeout(done, 100));
      seen = await rdpPixel(page, { x, y });
    }
  }
}

/** Where a point of the desktop is on the page, whatever the scaling. */
export async function rdpPoint(page: Page, at: { readonly x: number; readonly y: number }) {
  const canvas = rdpCanvas(page);
  const box = await canvas.boundingBox();
  const size = await rdpSize(page);
  if (!box) throw new Error("the desktop is not on the page");
  return { x: box.x + (at.x * box.width) / size.width, y: box.y + (at.y * box.height) / size.height };
}
