/** Counts in words. English has two forms; a translation brings its own rules here. */
const rules = new Intl.PluralRules("en");

export function plural(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${rules.select(count) === "one" ? one : many}`;
}
