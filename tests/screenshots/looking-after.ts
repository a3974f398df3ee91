/** Pictures of the pages by which a site is looked after, and of the menus around them. */
import { API_PREFIX } from "@deskgate/contract";
import type { Page } from "playwright-core";
import { at, click, menuOf, openRow } from "./acts.ts";
import type { Shot } from "./camera.ts";

export const lookingAfter: readonly Shot[] = [
  { name: "settings", path: at("/settings") },
  { name: "settings-end", path: at("/settings"), act: changeSetting },
  { name: "settings-leave", path: at("/settings"), act: leaveSettings },
  { name: "gateways", path: at("/gateways") },
  { name: "gateway-edit", path: at("/gateways"), act: openRow("main hall") },
  { name: "gateway-remove", path: at("/gateways"), act: menuOf("harbour", /Remove|Entfernen/) },
  { name: "gateway-add", path: at("/gateways"), act: click("add-gateway") },
  { name: "gateway-code", path: at("/gateways"), act: makeGatewayCode },
  { name: "gateway-refused", path: at("/gateways"), act: refuseGateway },
  { name: "all-tokens", path: at("/all-tokens") },
  {
    name: "token-withdraw",
    path: at("/all-tokens"),
    act: async (page) => {
      await page.locator("tr[data-index]").first().getByRole("button").last().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "about", path: at("/about") },
  { name: "about-person", path: at("/about"), by: "person" },
  {
    name: "account",
    path: at("/"),
    act: async (page) => {
      await page.getByTestId("user-menu").click();
      await page.getByRole("menuitem").first().click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "navigation-menu",
    path: at("/machines"),
    width: 390,
    act: (page) => page.locator(".dg-nav-menu").click(),
  },
  { name: "filter-menu", path: at("/machines"), act: click("add-filter") },
  { name: "row-menu", path: at("/machines?q=Desk"), act: click("actions-Desk 1") },
];

async function changeSetting(page: Page): Promise<void> {
  await page.getByRole("switch").check({ force: true });
  await page.getByRole("textbox").last().scrollIntoViewIfNeeded();
  await page.getByTestId("revert").waitFor();
}

async function leaveSettings(page: Page): Promise<void> {
  await page.locator("input[autocomplete=off]").first().fill("Harbour University");
  await page.locator(".dg-brand").click();
  await page.getByTestId("leave").waitFor();
}

async function nameGateway(page: Page): Promise<void> {
  await page.getByTestId("add-gateway").click();
  await page.getByRole("dialog").getByRole("textbox").fill("laboratory");
  await page.getByTestId("save").click();
}

/** What a broker of its own answers; the one of these pictures has its gateway within. */
async function makeGatewayCode(page: Page): Promise<void> {
  const body = {
    code: "gwc_4mV7tQ2xR9bK1nZ8sD5h",
    expiresAt: new Date(Date.now() + 900_000).toISOString(),
    brokerAddress: "https://broker.example.net:8444",
  };
  await page.route(`**${API_PREFIX}/gateways/codes`, (route) =>
    route.fulfill({ status: 201, contentType: "application/json", body: JSON.stringify(body) }),
  );
  await nameGateway(page);
  await page.getByTestId("waiting-for-gateway").waitFor();
}

async function refuseGateway(page: Page): Promise<void> {
  await nameGateway(page);
  await page.getByTestId("gateways-not-accepted").waitFor();
}
