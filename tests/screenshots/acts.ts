/** What is done on many pages before their picture is taken. */
import type { Page } from "playwright-core";
import type { Shot } from "./camera.ts";

export const click = (testId: string) => (page: Page) => page.getByTestId(testId).click();

/** The row of a list, found by its search, opened as Enter opens it. */
export const openRow = (text: string) => async (page: Page) => {
  const row = page.locator("tr[data-index]", { hasText: text }).first();
  await row.focus();
  await row.press("Enter");
  await page.getByRole("dialog").waitFor();
};

export const menuOf =
  (name: string, choice: RegExp) =>
  async (page: Page): Promise<void> => {
    await page.getByTestId(`actions-${name}`).first().click();
    await page.getByRole("menuitem", { name: choice }).click();
    await page.getByRole("dialog").waitFor();
  };

export const at =
  (path: string): Shot["path"] =>
  () =>
    path;
