/** How long a list of the console takes from the navigation to its first row, by the page's own clock. */
import type { Page } from "playwright-core";

const WATCH = `
  const watch = new MutationObserver(() => {
    if (!document.querySelector('tr[data-index="0"]')) return;
    watch.disconnect();
    // The row is in the document; it is on the screen one frame later.
    requestAnimationFrame(() => requestAnimationFrame(() => { window.firstRowMs = performance.now(); }));
  });
  watch.observe(document, { childList: true, subtree: true });`;

/** Call it once for a page, before {@link firstRowMs}. */
export async function watchFirstRow(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
}

const ASK = `new Promise((tell) => {
  const look = () => (window.firstRowMs === undefined ? requestAnimationFrame(look) : tell(window.firstRowMs));
  look();
})`;

/** Loads `address` anew. */
export async function firstRowMs(page: Page, address: string): Promise<number> {
  await page.goto(address);
  await page.locator('tr[data-index="0"]').waitFor();
  return page.evaluate<number>(ASK);
}
