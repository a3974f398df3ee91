/**
 * What the API says in English, in the language of this page: refusals, endings, and what is wrong with a field.
 *
 * The contract is the English catalogue. What the German one does not have is shown as the API said it.
 */
import { END_REASON_NAMES, END_REASONS, type EndReason } from "@deskgate/contract";
import {
  END_SENTENCES,
  FIELD_SENTENCES,
  HOP_SENTENCES,
  IMPORT_SENTENCES,
  REFUSAL_SENTENCES,
} from "./de/refusals.ts";
import { inLanguage } from "./language.ts";

type Sentences = Readonly<Partial<Record<string, string>>>;

const refusals: Sentences = inLanguage({ en: {}, de: REFUSAL_SENTENCES });
const endings: Sentences = inLanguage({ en: {}, de: END_SENTENCES });
const fields: Sentences = inLanguage({ en: {}, de: FIELD_SENTENCES });

export function refusalSentence(code: string, said: string): string {
  return refusals[code] ?? endSentenceSaid(said);
}

export function endSentence(reason: EndReason): string {
  return endings[reason] ?? END_REASONS[reason].sentence;
}

export function fieldSentence(said: string): string {
  return fields[said] ?? said;
}

const NONE: typeof HOP_SENTENCES = [];
const hops = inLanguage({ en: NONE, de: HOP_SENTENCES });
const imports = inLanguage({ en: NONE, de: IMPORT_SENTENCES });

/** What the walk to a desktop says at one hop; names in it stay as they are. */
export function hopSentence(said: string): string {
  return shapedSentence(hops, said) ?? endSentenceSaid(said);
}

/** What is wrong with one row of an import. */
export function importSentence(said: string): string {
  return shapedSentence(imports, said) ?? fieldSentence(said);
}

function shapedSentence(sentences: typeof HOP_SENTENCES, said: string): string | undefined {
  const [shape, words] = sentences.find(([one]) => one.test(said)) ?? [];
  return shape === undefined || words === undefined ? undefined : said.replace(shape, words);
}

/** A probe that fails says the contract's sentence for how a connection would end. */
function endSentenceSaid(said: string): string {
  const reason = END_REASON_NAMES.find((name) => END_REASONS[name].sentence === said);
  return reason === undefined ? said : endSentence(reason);
}
