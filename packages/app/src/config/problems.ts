/** Turns schema issues into sentences, with a suggestion where a key looks like a known one. */
import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";

/** A typing slip changes a few letters; more is another word. */
const MAX_SLIPS = 3;

export function problemsOf(error: z.ZodError, schema: z.ZodType): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [`${path.join(".") || "file"}: ${issue.message}`];
    const known = keysAt(schema, path);
    return issue.keys.map((key) => `${[...path, key].join(".")}: unknown setting${suggestion(key, known)}`);
  });
}

function suggestion(key: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const nearest = closest(key, known);
  return distance(key.toLowerCase(), nearest.toLowerCase()) <= MAX_SLIPS
    ? `, did you mean "${nearest}"?`
    : `; there are ${known.join(", ")}`;
}

/** The keys of the object schema at `path`, through defaults and options. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let at: z.ZodType | undefined = unwrap(schema);
  for (const step of path) at = at instanceof z.ZodObject ? unwrap(at.shape[step]) : undefined;
  return at instanceof z.ZodObject ? Object.keys(at.shape).filter((key) => !key.startsWith("$")) : [];
}

function unwrap(schema: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return unwrap(schema.unwrap());
  return schema instanceof z.ZodType ? schema : undefined;
}
