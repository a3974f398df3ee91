/** What is wrong with a form, field by field: asked of the contract's schema before sending, and of the server's refusal after. */
import type { Route } from "@deskgate/contract";
import { fieldSentence } from "../text/refusals.ts";
import { isApiError } from "./api-error.ts";

export type FieldProblems = Readonly<Record<string, string>>;

/** The first problem of each field by the schema that the server will use too; empty where there is none. */
export function problemsBySchema(schema: NonNullable<Route["body"]>, fields: unknown): FieldProblems {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return {};
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) problems[path.join(".")] ??= fieldSentence(message);
  return problems;
}

/** The problems that a refusal names, at the inputs of the form; `inputOf` translates field paths where they differ. */
export function problemsOfRefusal(
  error: unknown,
  inputOf: Readonly<Record<string, string>> = {},
): FieldProblems {
  if (!isApiError(error)) return {};
  const named = Object.entries(error.fields).map(([field, problem]) => [
    inputOf[field] ?? field,
    fieldSentence(problem),
  ]);
  return Object.fromEntries(named);
}
