/**
 * What the API says in English, in the language of this page: refusals, endings, and what is wrong with a field.
 *
 * The contract is the English catalogue. What the German one does not have is shown as the API said it.
 */
import { END_REASONS, type EndReason } from "@deskgate/contract";
import { END_SENTENCES, FIELD_SENTENCES, REFUSAL_SENTENCES } from "./de/refusals.ts";
import { inLanguage } from "./language.ts";

type Sentences = Readonly<Partial<Record<string, string>>>;

const refusals: Sentences = inLanguage({ en: {}, de: REFUSAL_SENTENCES });
const endings: Sentences = inLanguage({ en: {}, de: END_SENTENCES });
const fields: Sentences = inLanguage({ en: {}, de: FIELD_SENTENCES });

export function refusalSentence(code: string, said: string): string {
  return refusals[code] ?? said;
}

export function endSentence(reason: EndReason): string {
  return endings[reason] ?? END_REASONS[reason].sentence;
}

export function fieldSentence(said: string): string {
  return fields[said] ?? said;
}
