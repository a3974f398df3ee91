/** A browser page on the launchpad, signed in without the form, so that each test begins where its subject does. */
import type { Browser, Page } from "playwright-core";
import type { ApiClient } from "./api-client.ts";
import { openPage } from "./browser.ts";

export interface Launchpad {
  readonly page: Page;
  /** Page errors and violations of the Content-Security-Policy. */
  readonly problems: string[];
  /** Every byte the browser has received: WebSocket messages, bodies, headers. */
  received(): Buffer;
}

export async function openLaunchpad(browser: Browser, client: ApiClient): Promise<Launchpad> {
  const { page, problems } = await openPage(browser);
  const pieces: Buffer[] = [];
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => void pieces.push(Buffer.from(payload)));
  });
  page.on("response", (response) => {
    pieces.push(Buffer.from(JSON.stringify(response.headers())));
    response.body().then(
      (body) => void pieces.push(body),
      () => {}, // an upgrade or a redirect has no body
    );
  });
  const [name = "", value = ""] = client.cookie.split("=");
  await page.context().addCookies([{ name, value, url: client.site, secure: true, httpOnly: true }]);
  await page.goto(client.site);
  return { page, problems, received: () => Buffer.concat(pieces) };
}
