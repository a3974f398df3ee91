/** Handlers of imports and exports. */
import { IMPORT_KINDS } from "@deskgate/contract";
import { actorOf } from "../actor-of.ts";
import type { Handlers } from "../handler.ts";
import type { Services } from "../services.ts";

type ImportRoutes =
  | "createImport"
  | "exportGroups"
  | "exportUsers"
  | "exportMachines"
  | "exportPools"
  | "exportEntitlements";

export function importHandlers({ imports }: Services): Pick<Handlers, ImportRoutes> {
  const [groups, users, machines, pools, entitlements] = IMPORT_KINDS;
  return {
    createImport: ({ query, body, caller, client }) =>
      imports.run(
        { kind: query.kind, isDryRun: query.dryRun === "true", body },
        caller,
        actorOf(caller, client),
      ),
    exportGroups: async () => imports.exportCsv(groups),
    exportUsers: async () => imports.exportCsv(users),
    exportMachines: async () => imports.exportCsv(machines),
    exportPools: async () => imports.exportCsv(pools),
    exportEntitlements: async () => imports.exportCsv(entitlements),
  };
}
