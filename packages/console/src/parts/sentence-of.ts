/** Any failure as a sentence that can be shown. */
import { isApiError } from "../api/api-error.ts";
import { apiText } from "../text/api.ts";

export function sentenceOf(error: unknown): string {
  return isApiError(error) ? error.message : apiText.unknown;
}
