/** What a test asks of a page that shows a terminal. */
import { spawnSync } from "node:child_process";
import type { Page } from "playwright-core";
import type { Area, Colour } from "./browser.ts";

/** The visible lines, without the spaces at their ends. */
export async function linesOf(page: Page): Promise<readonly string[]> {
  const texts = await page.locator(".xterm-rows > div").allInnerTexts();
  return texts.map((text) => text.replaceAll("\u00a0", " ").trimEnd());
}

/** Waits until a visible line is exactly `line`. */
export async function showsLine(page: Page, line: string, timeoutMs = 15_000): Promise<void> {
  await shows(page, (lines) => lines.includes(line), { what: `line “${line}”`, timeoutMs });
}

export async function shows(
  page: Page,
  isRight: (lines: readonly string[]) => boolean,
  { what, timeoutMs = 15_000 }: { readonly what: string; readonly timeoutMs?: number },
): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const lines = await linesOf(page);
    if (isRight(lines)) return;
    if (until < Date.now()) throw new Error(`${what} is not on the terminal:\n${lines.join("\n")}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Types a command line as a person does. */
export async function run(page: Page, command: string): Promise<void> {
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type(command);
  await page.keyboard.press("Enter");
}

/** Colours of a screenshot's pixels, decoded by ImageMagick. */
export function coloursOf(
  screenshot: Buffer,
  size: Pick<Area, "width" | "height">,
): (x: number, y: number) => Colour {
  const { stdout, status, stderr } = spawnSync("convert", ["png:-", "-depth", "8", "rgb:-"], {
    input: screenshot,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`convert failed: ${stderr.toString()}`);
  const width = Math.round(size.width);
  return (x, y) => {
    const at = 3 * (Math.round(y) * width + Math.round(x));
    return [stdout[at] ?? 0, stdout[at + 1] ?? 0, stdout[at + 2] ?? 0];
  };
}
