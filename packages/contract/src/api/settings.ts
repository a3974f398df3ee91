/** What a site says of itself and how long it keeps things; and the parts of it that people see without asking. */
import { z } from "zod";
import { displayNameSchema, idSchema, versionSchema } from "./common.ts";
import { DEFAULT_RELEASE, releaseSchema } from "./pools.ts";
import type { Route } from "./route.ts";

/** The languages that the console speaks. */
export const CONSOLE_LANGUAGES = ["en", "de"] as const;
const languageSchema = z.enum(CONSOLE_LANGUAGES);

export const ANNOUNCEMENT_SEVERITIES = ["info", "warning"] as const;
const severitySchema = z.enum(ANNOUNCEMENT_SEVERITIES);

export const announcementSchema = z
  .object({
    /** Another one for every other text, so that whoever put one away sees the next. */
    id: idSchema,
    text: z.string(),
    severity: severitySchema,
  })
  .meta({ id: "Announcement" });
export type Announcement = z.infer<typeof announcementSchema>;

/** LIMIT: days that anything is kept: ten years. */
const MAX_KEPT_DAYS = 3_653;
const daysSchema = z
  .int("Enter a whole number of days.")
  .min(1, "Keep it for a day at least.")
  .max(MAX_KEPT_DAYS, "Keep it for ten years at most.");

/** Lines of text: no control characters but line ends. */
function linesSchema(maxCharacters: number) {
  return z
    .string()
    .trim()
    .max(maxCharacters, `Use at most ${maxCharacters} characters.`)
    .regex(/^(?:[^\p{Cc}\p{Cf}]|\r?\n)*$/u, "Leave out control characters.");
}

export const settingsSchema = z
  .object({
    siteName: z.string(),
    /** Plain text; empty for none. Anyone may read it. */
    signInNotice: z.string(),
    announcement: announcementSchema.nullable(),
    /** Of floating pools that are made without a rule of their own. */
    defaultRelease: releaseSchema,
    /** Ended sessions are forgotten after so many days. */
    keepSessionsDays: z.int(),
    /** Null keeps the audit for ever. Where `configuredKeepAuditMs` is set, that counts instead. */
    keepAuditDays: z.int().nullable(),
    /** What `audit.keep` in the configuration file says; null where it says nothing. */
    configuredKeepAuditMs: z.int().nullable(),
    /** For people who have chosen none; null: their browser's. */
    language: languageSchema.nullable(),
    version: versionSchema,
  })
  .meta({ id: "Settings" });
export type Settings = z.infer<typeof settingsSchema>;

/** Where nobody has said otherwise. */
export const DEFAULT_SETTINGS = {
  siteName: "Deskgate",
  signInNotice: "",
  announcement: null,
  defaultRelease: DEFAULT_RELEASE,
  keepSessionsDays: 90,
  keepAuditDays: null,
  language: null,
} as const;

export const siteSchema = z
  .object({ name: z.string(), signInNotice: z.string(), language: languageSchema.nullable() })
  .meta({ id: "Site" });
export type Site = z.infer<typeof siteSchema>;

export const settingsRoutes = {
  getSite: {
    method: "GET",
    path: "/site",
    access: "anonymous",
    tag: "Settings",
    summary: "What the sign-in page says: the site's name, its notice, its language",
    reply: siteSchema,
  },
  getAnnouncement: {
    method: "GET",
    path: "/announcement",
    access: "signed-in",
    tag: "Settings",
    summary: "What everyone who is signed in is told",
    reply: z.object({ announcement: announcementSchema.nullable() }),
  },
  getSettings: {
    method: "GET",
    path: "/settings",
    access: "settings.read",
    tag: "Settings",
    summary: "The site's settings",
    reply: settingsSchema,
  },
  updateSettings: {
    method: "PATCH",
    path: "/settings",
    access: "settings.write",
    tag: "Settings",
    summary: "Change some of the site's settings",
    body: z.strictObject({
      siteName: displayNameSchema.optional(),
      signInNotice: linesSchema(2_000).optional(),
      announcement: z
        .strictObject({
          text: linesSchema(500).refine((text) => text !== "", "Enter a text."),
          severity: severitySchema,
        })
        .nullable()
        .optional(),
      defaultRelease: releaseSchema.optional(),
      keepSessionsDays: daysSchema.optional(),
      keepAuditDays: daysSchema.nullable().optional(),
      language: languageSchema.nullable().optional(),
    }),
    reply: settingsSchema,
    refusals: ["version_stale"],
  },
} as const satisfies Record<string, Route>;
