/**
 * A position in a list as clients carry it: opaque, but not secret and not signed. It chooses nothing but where a page
 * begins, and it is checked like any other input.
 */
import { DeskgateError } from "@deskgate/contract";
import { z } from "zod";
import type { Position } from "../domain/page.ts";

/** Grows when a position is spelled anew; older cursors are then refused. */
const CURSOR_VERSION = 1;

const withoutNul = z
  .string()
  .max(2000)
  // PostgreSQL takes no such text.
  .refine((text) => !text.includes("\0"));

const cursorSchema = z.strictObject({
  v: z.literal(CURSOR_VERSION),
  /** The order it belongs to, as the query spells it. */
  s: z.string(),
  k: z.union([withoutNul, z.number().refine(Number.isSafeInteger)]),
  i: withoutNul,
});

export function encodeCursor(order: string, { key, id }: Position): string {
  const cursor: z.input<typeof cursorSchema> = { v: CURSOR_VERSION, s: order, k: key, i: id };
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** Throws `cursor_invalid` for anything that {@link encodeCursor} did not make for this order. */
export function decodeCursor(order: string, text: string): Position {
  const parsed = cursorSchema.safeParse(readJson(text));
  if (!parsed.success || parsed.data.s !== order) throw new DeskgateError("cursor_invalid");
  return { key: parsed.data.k, id: parsed.data.i };
}

function readJson(text: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
