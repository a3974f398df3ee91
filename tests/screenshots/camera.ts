/** Takes one picture after another, each of a page as one of three people sees it. */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { ApiClient } from "../testbed/api-client.ts";
import { refreshHealth } from "./past.ts";
import type { Site } from "./site.ts";

export interface Shot {
  readonly name: string;
  /** Below the site's address. */
  readonly path: (ids: Site["ids"]) => string;
  /** Who looks; the administrator where it is not said. */
  readonly by?: "administrator" | "person" | "nobody";
  readonly width?: number;
  /** What is done before the picture is taken. */
  readonly act?: (page: Page, site: Site) => Promise<void>;
  /** Pages that never finish loading are photographed as they are. */
  readonly isUnfinished?: boolean;
  /** The window of somebody on a desktop, instead of a page of its own. */
  readonly isOnDesktop?: boolean;
}

interface Film {
  readonly browser: Browser;
  readonly site: Site;
  readonly folder: string;
  readonly scheme: "light" | "dark";
  readonly language: "en" | "de";
  /** Of the window, but for the pictures that have a width of their own. */
  readonly window: WindowSize;
}

export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

const PATIENCE_MS = 20_000;

export class Camera {
  readonly #film: Film;
  readonly #pages = new Map<string, Page>();

  constructor(film: Film) {
    this.#film = film;
  }

  /** Resolves to what went wrong, if anything did: one bad picture does not cost the others. */
  async take(shot: Shot): Promise<string | undefined> {
    const { folder, language, scheme, site, window } = this.#film;
    const page = shot.isOnDesktop ? site.viewer : await this.#pageOf(shot.by ?? "administrator");
    const file = join(folder, `${shot.name}-${language}-${scheme}.png`);
    refreshHealth(site.dataDirectory);
    try {
      await page.setViewportSize({ ...window, ...(shot.width !== undefined && { width: shot.width }) });
      if (!shot.isOnDesktop) await this.#visit(page, shot);
      await shot.act?.(page, site);
      await settled(page);
      await page.screenshot({ path: file });
      return undefined;
    } catch (cause) {
      await page.screenshot({ path: file }).catch(() => undefined);
      return String(cause);
    } finally {
      await page.unrouteAll({ behavior: "ignoreErrors" });
    }
  }

  async close(): Promise<void> {
    for (const page of this.#pages.values()) await page.context().close();
  }

  async #visit(page: Page, { path, isUnfinished, act }: Shot): Promise<void> {
    // Nothing of the page before stays behind, be it a dialog or a notification.
    await page.goto("about:blank");
    if (isUnfinished && act) return;
    await page.goto(`${this.#film.site.address}${path(this.#film.site.ids)}`);
    await loaded(page);
  }

  async #pageOf(who: "administrator" | "person" | "nobody"): Promise<Page> {
    const known = this.#pages.get(who);
    if (known) return known;
    const { browser, scheme, language, site, window } = this.#film;
    const context = await browser.newContext({
      ...{ ignoreHTTPSErrors: true, colorScheme: scheme, reducedMotion: "reduce" },
      locale: language === "de" ? "de-DE" : "en-GB",
      viewport: window,
    });
    const client: ApiClient | undefined = {
      administrator: site.administrator,
      person: site.person,
      nobody: undefined,
    }[who];
    if (client) {
      const [name = "", value = ""] = client.cookie.split("=");
      await context.addCookies([{ name, value, url: client.site, secure: true, httpOnly: true }]);
    }
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    this.#pages.set(who, page);
    return page;
  }
}

export async function loaded(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page
    .locator('[aria-label="Loading"], [aria-label="Wird geladen"]')
    .first()
    .waitFor({ state: "detached" });
}

/** A stream of events is always open, so the network is never idle: what rows ask for gets a moment. */
const SETTLE_MS = 400;

async function settled(page: Page): Promise<void> {
  await page.evaluate("document.fonts.ready.then(() => undefined)");
  await page.waitForTimeout(SETTLE_MS);
  await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
}
