/** Shapes that several resources share. */
import { z } from "zod";
import { ERROR_CODES } from "../errors.ts";

export const idSchema = z.uuid();
export const idParamsSchema = z.object({ id: idSchema });
export const timestampSchema = z.iso
  .datetime()
  .meta({ description: "UTC, ISO 8601", example: "2026-01-31T09:30:00.000Z" });

/** Counts the changes of a resource; `"v<version>"` is its ETag. */
export const versionSchema = z.int().min(1);

/** Names people read: 1 to 100 characters, no control characters, no space at either end. */
export const displayNameSchema = z
  .string()
  .trim()
  .min(1, "Enter a name.")
  .max(100, "Use at most 100 characters.")
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, "Leave out control characters.");

/** Reads a list reply: `{ "items": [...] }`, so that paging can be added without breaking anyone. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item) });
}

/** The one shape of every error. */
export const errorReplySchema = z
  .object({
    error: z.object({
      code: z.enum(ERROR_CODES),
      message: z.string(),
      /** Field path → what is wrong with it. */
      fields: z.record(z.string(), z.string()).optional(),
      retryAfterSeconds: z.int().optional(),
      /** Give this to whoever reads the server's log. */
      requestId: z.string(),
    }),
  })
  .meta({ id: "ErrorReply" });
export type ErrorReply = z.infer<typeof errorReplySchema>;
