/** What was done, by whom, from where: read by administrators, written by the broker alone. */
import { z } from "zod";
import { idSchema, listOf, timestampSchema } from "./common.ts";
import type { Route } from "./route.ts";

export const auditEntrySchema = z.object({
  id: idSchema,
  at: timestampSchema,
  /** Null where the program itself acted. */
  actorUserId: idSchema.nullable(),
  actorName: z.string(),
  address: z.string(),
  /** `subject.verb`, stable. */
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** LIMIT: entries of one reply. */
export const MAX_AUDIT_ENTRIES = 1000;

export const auditRoutes = {
  listAudit: {
    method: "GET",
    path: "/audit",
    access: "audit.read",
    tag: "Audit",
    summary: "What was done, newest first",
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(MAX_AUDIT_ENTRIES).default(200),
    }),
    reply: listOf(auditEntrySchema),
  },
} as const satisfies Record<string, Route>;
