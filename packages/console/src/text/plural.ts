/** Counts in words: each catalogue names the forms that its language has. */
import { type Language, locale } from "./language.ts";

const RULES: Readonly<Record<Language, Intl.PluralRules>> = {
  en: new Intl.PluralRules("en"),
  de: new Intl.PluralRules("de"),
};

/** English: `1 viewer`, `1,200 viewers`. */
export function plural(count: number, one: string, many: string): string {
  return counted(count, RULES.en.select(count) === "one" ? one : many);
}

/** German: `1 Person`, `1.200 Personen`. */
export function pluralDe(count: number, one: string, many: string): string {
  return counted(count, RULES.de.select(count) === "one" ? one : many);
}

function counted(count: number, word: string): string {
  return `${count.toLocaleString(locale)} ${word}`;
}
