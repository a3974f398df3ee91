/** What was done or refused, by whom, from where: read by administrators, written by the broker alone. */
import { z } from "zod";
import { idSchema, timestampSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

export const auditEntrySchema = z.object({
  /** Place in the chain: 1, 2, 3 and so on. */
  sequence: z.int().min(1),
  id: idSchema,
  at: timestampSchema,
  /** Null where the program itself acted, or nobody is known. */
  actorUserId: idSchema.nullable(),
  actorName: z.string(),
  address: z.string(),
  /** `subject.verb`, stable. */
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  /** `ok`, or the code of the refusal. */
  outcome: z.string(),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  /** SHA-256 over the record and `previousHash`; docs/guides/audit.md says of which bytes. */
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

// LIMIT: characters of a filter.
const MAX_FILTER_CHARACTERS = 200;

const filterSchema = z.string().min(1).max(MAX_FILTER_CHARACTERS).optional();

export const auditRoutes = {
  listAudit: {
    method: "GET",
    path: "/audit",
    access: "audit.read",
    tag: "Audit",
    summary: "What was done or refused, newest first",
    query: listQuery({
      sorts: ["sequence"],
      usual: "-sequence",
      filters: {
        /** Inclusive. */
        from: timestampSchema.optional(),
        /** Exclusive. */
        to: timestampSchema.optional(),
        /** A user's id or name. */
        actor: filterSchema,
        /** `subject.verb`, or `subject.` for every verb. */
        action: filterSchema,
        /** A kind, an id, or `kind:id`. */
        subject: filterSchema,
      },
    }),
    reply: pageOf(auditEntrySchema),
  },
} as const satisfies Record<string, Route>;
