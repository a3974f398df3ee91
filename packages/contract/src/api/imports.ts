/** Many users, groups, machines, pools and entitlements at once, from CSV or JSON; and the same as CSV. */
import { z } from "zod";
import type { Route } from "./route.ts";

/** In the order in which they are made: each may name what is made before it. */
export const IMPORT_KINDS = ["groups", "users", "machines", "pools", "entitlements"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
export const importKindSchema = z.enum(IMPORT_KINDS);

/** What the header of a CSV file of each kind may name; the first is what a row is known by. */
export const IMPORT_COLUMNS = {
  groups: ["name", "members", "memberGroups"],
  users: ["name", "displayName", "role", "password", "isDisabled", "groups"],
  machines: [
    ...["name", "description", "host", "isDeclaredLocal", "protocols", "trust"],
    ...["credentialMode", "username", "domain", "password"],
  ],
  pools: ["name", "kind", "machines"],
  entitlements: ["pool", "user", "group"],
} as const satisfies Readonly<Record<ImportKind, readonly string[]>>;

// LIMIT: bytes of one import.
export const MAX_IMPORT_BYTES = 50 * 1024 * 1024;
// LIMIT: errors of one reply; whoever mends a thousand rows sends the file again.
export const MAX_IMPORT_ERRORS = 1_000;
// LIMIT: rows of one kind.
export const MAX_IMPORT_ROWS = 100_000;

/** What an import of several kinds sends: per kind CSV as text, or rows as objects. */
export const siteImportSchema = z
  .strictObject(
    Object.fromEntries(
      IMPORT_KINDS.map((kind) => [
        kind,
        z.union([z.string(), z.array(z.record(z.string(), z.unknown()))]).optional(),
      ]),
    ) as Record<
      ImportKind,
      z.ZodOptional<z.ZodUnion<[z.ZodString, z.ZodArray<z.ZodRecord<z.ZodString, z.ZodUnknown>>]>>
    >, // one key per kind
  )
  .meta({ id: "SiteImport" });
export type SiteImport = z.infer<typeof siteImportSchema>;

const countsSchema = z.object({ created: z.int(), updated: z.int(), unchanged: z.int() });

export const importReplySchema = z
  .object({
    dryRun: z.boolean(),
    /** Whether everything was written. All of it, or nothing. */
    isDone: z.boolean(),
    counts: z.partialRecord(importKindSchema, countsSchema),
    errors: z.array(
      z.object({
        kind: importKindSchema,
        /** As a spreadsheet counts: the header of CSV is row 1. JSON rows begin at 1. */
        row: z.int(),
        column: z.string(),
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: "ImportReply" });
export type ImportReply = z.infer<typeof importReplySchema>;

const exportRoute = (kind: ImportKind) =>
  ({
    method: "GET",
    path: `/exports/${kind}`,
    access: `${kind}.read`,
    tag: "Import",
    summary: `All ${kind} as CSV, the way the import takes them; without passwords`,
    reply: z.string(),
    media: "text/csv",
  }) as const satisfies Route;

export const importRoutes = {
  createImport: {
    method: "POST",
    path: "/imports",
    access: "import.run",
    tag: "Import",
    summary:
      "Make or change many things at once by name: all of them, or nothing and a list of what is wrong",
    query: z.strictObject({
      kind: z.enum([...IMPORT_KINDS, "site"]),
      dryRun: z.enum(["true", "false"]).default("false"),
    }),
    upload: { media: ["text/csv", "application/json"], maxBytes: MAX_IMPORT_BYTES },
    reply: importReplySchema,
    refusals: ["payload_too_large", "media_type_unsupported", "request_malformed", "last_administrator"],
  },
  exportGroups: exportRoute("groups"),
  exportUsers: exportRoute("users"),
  exportMachines: exportRoute("machines"),
  exportPools: exportRoute("pools"),
  exportEntitlements: exportRoute("entitlements"),
} as const satisfies Record<string, Route>;
