/** A line of `audit export`, read back. */
import type { AuditRecord } from "@deskgate/broker";
import { z } from "zod";

export const exportedRecordSchema: z.ZodType<AuditRecord> = z.object({
  sequence: z.int(),
  previousHash: z.string(),
  hash: z.string(),
  id: z.string(),
  at: z.int(),
  actorUserId: z.string().nullable(),
  actorName: z.string(),
  address: z.string(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  outcome: z.string(),
  detail: z.string(),
});
