/** Any failure as a sentence that can be shown. */
import { isApiError } from "../api/api-error.ts";
import { apiText } from "../text/api.ts";
import { refusalSentence } from "../text/refusals.ts";

export function sentenceOf(error: unknown): string {
  return isApiError(error) ? refusalSentence(error.code, error.message) : apiText.unknown;
}
