/** A person who has a keyboard and eyes: goes around by Tab, and says so where they cannot see where they are. */
import type { Page } from "playwright-core";

/** LIMIT: presses of one way; more is no way. */
const MAX_PRESSES = 150;
const DEADLINE_MS = 15_000;

/** What the element with the focus is called, as a screen reader would say it. */
const NAME = `(() => {
  const element = document.activeElement;
  const label = element?.labels?.[0]?.textContent;
  const name = element?.getAttribute("aria-label") ?? label ?? element?.textContent ?? "";
  return name.replace(/\\*$/, "").trim();
})()`;

/** Whether anything of the element looks other than without the focus, once its transitions are over. */
const IS_SEEN = `(async () => {
  const element = document.activeElement;
  const parts = [element, element.parentElement, element.nextElementSibling].filter((part) => part !== null);
  const look = () => parts.map((part) => {
    const { outline, outlineStyle, boxShadow, borderColor, backgroundColor, color } = getComputedStyle(part);
    return [outlineStyle === "none" ? "" : outline, boxShadow, borderColor, backgroundColor, color].join("|");
  }).join();
  const isOther = async (settle) => {
    await settle();
    const focused = look();
    element.blur();
    await settle();
    const blurred = look();
    element.focus();
    return blurred !== focused;
  };
  return (await isOther(() => {})) || (await isOther(() => new Promise((done) => setTimeout(done, 250))));
})()`;

export class Keyboard {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  where(): Promise<string> {
    return this.page.evaluate<string>(NAME);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** By Tab to what is called so. Throws where no way leads there, or where it cannot be seen that one is there. */
  async reach(name: string): Promise<void> {
    await this.#go("Tab", name);
    if (!(await this.page.evaluate<boolean>(IS_SEEN)))
      throw new Error(`the focus on "${name}" is not visible`);
  }

  /** By an arrow key, inside a menu. */
  choose(name: string): Promise<void> {
    return this.#go("ArrowDown", name);
  }

  /** The way to a page of the navigation; some call themselves more than their link does. */
  async visit(name: string, title = name): Promise<void> {
    await this.reach(name);
    await this.press("Enter");
    await this.page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
  }

  /** Waits until the focus is on what is called so. */
  async arrivesAt(name: string): Promise<void> {
    const until = Date.now() + DEADLINE_MS;
    for (let at = await this.where(); at !== name; at = await this.where())
      if (until < Date.now()) throw new Error(`the focus is on "${at}", not on "${name}"`);
  }

  /** What had the focus is gone, and the page has given it to something else. */
  async isStillOnThePage(): Promise<void> {
    await this.page.locator("#content:focus, #content :focus").waitFor();
  }

  /** The dialog that is open now. */
  dialog() {
    return this.page.getByRole("dialog");
  }

  /** Opens a form, which has the focus in its first field; Escape leads back to the button. */
  async openForm(button: string, firstField: string): Promise<void> {
    await this.reach(button);
    await this.lookInto();
    await this.press("Enter");
    await this.arrivesAt(firstField);
  }

  /** What has the focus ends the dialog. */
  async submit(): Promise<void> {
    await this.press("Enter");
    await this.dialog().waitFor({ state: "detached" });
  }

  /** Types in place of what a field says. */
  async replace(text: string): Promise<void> {
    await this.press("Control+A");
    await this.type(text);
  }

  /** Presses what has the focus, and comes back from the dialog with Escape: the focus must be where it was. */
  async lookInto(): Promise<void> {
    const opener = await this.where();
    await this.press("Enter");
    await this.dialog().waitFor();
    await this.press("Escape");
    await this.dialog().waitFor({ state: "detached" });
    await this.arrivesAt(opener);
  }

  /** Opens the menu that has the focus, and chooses. */
  async chooseFromMenu(name: string): Promise<void> {
    await this.press("Enter");
    await this.page.getByRole("menuitem", { name, exact: true }).waitFor();
    await this.choose(name);
    await this.press("Enter");
  }

  async #go(key: string, name: string): Promise<void> {
    const met = new Set<string>();
    for (let presses = 0; presses < MAX_PRESSES; presses++) {
      await this.page.keyboard.press(key);
      const at = await this.where();
      if (at === name) return;
      met.add(at.slice(0, 40));
    }
    throw new Error(`no way by ${key} to "${name}", only to: ${[...met].join("; ")}`);
  }
}
