/** Several names as one text that stays short: the first few, then how many more. */
import { locale } from "../text/language.ts";
import { tableText } from "../text/table.ts";

const NAMES_SHOWN = 5;

export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN);
  const left = names.length - shown.length;
  return new Intl.ListFormat(locale).format(left > 0 ? [...shown, tableText.andMore(left)] : shown);
}
