/**
 * The language of this page: the one chosen in the user menu, else the site's, else the first of the browser's that
 * we have.
 *
 * INVARIANT: it is settled once, when the page is loaded; choosing another loads the page again. So a catalogue is
 * an ordinary object, and nothing has to be told that the words have changed. See decision 13.
 */
import { pageFact } from "./page-facts.ts";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const STORAGE_KEY = "deskgate-language";

export const language: Language = settleLanguage();

/** For dates, numbers and sorting: the browser's own variant of the language, such as `de-AT`, where it has one. */
export const locale: string =
  browserLanguages().find((tag) => languageOf(tag) === language) ?? { en: "en-GB", de: "de-DE" }[language];

export function chooseLanguage(chosen: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, chosen);
  } catch {
    // Storage may be forbidden; then the browser's language is all we have.
  }
  window.location.reload();
}

/** The words of this page's language. The German catalogue must have every key and parameter of the English one. */
export function inLanguage<Words>(words: { readonly en: Words; readonly de: NoInfer<Words> }): Words {
  return words[language];
}

function settleLanguage(): Language {
  return (
    chosenLanguage() ??
    languageOf(pageFact("site-language") ?? "") ??
    browserLanguages()
      .map(languageOf)
      .find((one) => one !== undefined) ??
    "en"
  );
}

function chosenLanguage(): Language | undefined {
  if (typeof document === "undefined") return undefined;
  try {
    return languageOf(localStorage.getItem(STORAGE_KEY) ?? "");
  } catch {
    return undefined;
  }
}

/** Outside a browser, in tests, there is none, and English is spoken. */
function browserLanguages(): readonly string[] {
  return typeof document === "undefined" ? [] : navigator.languages;
}

function languageOf(tag: string): Language | undefined {
  const wanted = tag.toLowerCase().split("-", 1)[0];
  return (Object.keys(LANGUAGES) as Language[]).find((one) => one === wanted);
}
