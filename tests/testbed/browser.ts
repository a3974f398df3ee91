/** Debian's Chromium, headless, with a fresh profile; and what a test asks of a page that shows a desktop. */
import { type Browser, chromium, type Page } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox", // the tests may run as root
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS });
}

/** A page that accepts the self-signed certificate and collects what must not happen. */
export async function openPage(browser: Browser): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text()))
      problems.push(message.text());
  });
  return { page, problems };
}

/** Red, green, blue; 0 to 255. */
export type Colour = readonly [number, number, number];
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** As much of the browser's canvas as the functions need that run inside the page; these files know no DOM types. */
interface PageCanvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): {
    getImageData(
      x: number,
      y: number,
      width: number,
      height: number,
    ): { readonly data: Uint8ClampedArray<ArrayBuffer> };
  } | null;
}

/** The colour of one pixel of the desktop, in the desktop's own coordinates. */
export function pixelOf(page: Page, at: { readonly x: number; readonly y: number }): Promise<Colour> {
  return page
    .locator('[data-testid="viewer-canvas"] canvas')
    .first()
    .evaluate((canvas, { x, y }) => {
      const data = (canvas as unknown as PageCanvas).getContext("2d")?.getImageData(x, y, 1, 1).data;
      return [data?.[0] ?? 0, data?.[1] ?? 0, data?.[2] ?? 0] as const;
    }, at);
}

/** A fingerprint of an area of the desktop: it changes when any pixel does. */
export function fingerprintOf(page: Page, area?: Area): Promise<string> {
  return page
    .locator('[data-testid="viewer-canvas"] canvas')
    .first()
    .evaluate(async (element, part) => {
      const canvas = element as unknown as PageCanvas;
      const { x, y, width, height } = part ?? { x: 0, y: 0, width: canvas.width, height: canvas.height };
      const data = canvas.getContext("2d")?.getImageData(x, y, width, height).data ?? new Uint8ClampedArray();
      const digest = await crypto.subtle.digest("SHA-256", data);
      return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }, area);
}

/** Where a point of the desktop is on the page, whatever the scaling. */
export async function onPage(
  page: Page,
  at: { readonly x: number; readonly y: number },
): Promise<{ x: number; y: number }> {
  const canvas = page.locator('[data-testid="viewer-canvas"] canvas').first();
  const box = await canvas.boundingBox();
  const size = await canvas.evaluate((element) => ({
    width: (element as unknown as PageCanvas).width,
    height: (element as unknown as PageCanvas).height,
  }));
  if (!box) throw new Error("the desktop is not on the page");
  return { x: box.x + (at.x * box.width) / size.width, y: box.y + (at.y * box.height) / size.height };
}

/** Waits until `read` differs from `before`; fails with `what` after the deadline. */
export async function changesFrom(
  before: string,
  read: () => Promise<string>,
  options: { readonly what: string; readonly deadlineMs?: number },
): Promise<void> {
  const until = Date.now() + (options.deadlineMs ?? 10_000);
  while ((await read()) === before) {
    if (until < Date.now()) throw new Error(`${options.what} did not change`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Whether two colours are the same but for rounding. */
export function isNear(a: Colour, b: Colour, tolerance = 3): boolean {
  return a.every((value, i) => Math.abs(value - (b[i] ?? 0)) <= tolerance);
}

async function shownByViewer(page: Page): Promise<string> {
  const shown = (testId: string, name: string) =>
    page
      .getByTestId(testId)
      .getAttribute(name, { timeout: 500 })
      .catch(() => "");
  const [state, reason] = [
    await shown("viewer-state", "data-state"),
    await shown("end-reason", "data-reason"),
  ];
  return `${state || "not shown"} ${reason}`.trim();
}

/** Waits until the viewer says that it is in `state`. */
export async function viewerState(
  page: Page,
  state: "connecting" | "connected" | "reconnecting" | "ended",
  timeoutMs = 20_000,
): Promise<void> {
  await page
    .locator(`[data-testid="viewer-state"][data-state="${state}"]`)
    .waitFor({ state: "attached", timeout: timeoutMs })
    .catch(async (cause: unknown) => {
      throw new Error(`the viewer is not ${state}, but ${await shownByViewer(page)}`, { cause });
    });
}
