/** The files of a made-up site of 5,000 people (tools/make-site.mjs), and what must be there once they are imported. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { ROUTES } from "@deskgate/contract";
import type { ApiClient } from "./api-client.ts";

const TOOL = join(import.meta.dirname, "../../tools/make-site.mjs");
const KINDS = ["users", "groups", "machines", "pools", "entitlements"] as const;

/** Rows of the files; pools are those of one, which machines bring along, too. */
export const SITE_ROWS = {
  users: 5_000,
  groups: 200,
  machines: 2_000,
  pools: 50,
  entitlements: 300,
} as const;

/** Writes `users.csv` and its siblings into `folder`; gives the arguments by which they are imported. */
export function makeSite(folder: string): readonly string[] {
  const { status, stderr } = spawnSync(process.execPath, [TOOL, folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the site was not made: ${stderr}`);
  return KINDS.flatMap((kind) => [`--${kind}`, `${kind}.csv`]);
}

/** How many of each there are in the database, the administrator left out. */
export async function countSite(client: ApiClient): Promise<Record<(typeof KINDS)[number], number>> {
  const query = "?limit=1";
  const [users, groups, machines, floating, dedicated, entitlements] = await Promise.all([
    client.call(ROUTES.listUsers, { query }),
    client.call(ROUTES.listGroups, { query }),
    client.call(ROUTES.listMachines, { query }),
    client.call(ROUTES.listPools, { query: `${query}&kind=floating` }),
    client.call(ROUTES.listPools, { query: `${query}&kind=dedicated` }),
    client.call(ROUTES.listEntitlements, { query }),
  ]);
  const total = (page: { readonly total: number | null }) => page.total ?? 0;
  return {
    users: total(users) - 1,
    groups: total(groups),
    machines: total(machines),
    pools: total(floating) + total(dedicated),
    entitlements: total(entitlements),
  };
}
