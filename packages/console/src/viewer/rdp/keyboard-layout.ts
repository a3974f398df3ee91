/** The keyboard that goes with a language, by Windows' numbers; a browser does not say which one is plugged in. */

const LAYOUTS: Readonly<Record<string, number>> = {
  bg: 0x0402,
  cs: 0x0405,
  da: 0x0406,
  de: 0x0407,
  "de-ch": 0x0807,
  el: 0x0408,
  en: 0x0409,
  "en-gb": 0x0809,
  "en-ie": 0x1809,
  es: 0x040a,
  "es-mx": 0x080a,
  et: 0x0425,
  fi: 0x040b,
  fr: 0x040c,
  "fr-be": 0x080c,
  "fr-ca": 0x1009,
  "fr-ch": 0x100c,
  he: 0x040d,
  hr: 0x041a,
  hu: 0x040e,
  is: 0x040f,
  it: 0x0410,
  ja: 0x0411,
  ko: 0x0412,
  lt: 0x0427,
  lv: 0x0426,
  nb: 0x0414,
  nl: 0x0413,
  "nl-be": 0x0813,
  no: 0x0414,
  pl: 0x0415,
  pt: 0x0816,
  "pt-br": 0x0416,
  ro: 0x0418,
  ru: 0x0419,
  sk: 0x041b,
  sl: 0x0424,
  sv: 0x041d,
  tr: 0x041f,
  uk: 0x0422,
};

/** `locale` as a browser spells it, such as `de-CH`; unknown ones are taken for US English. */
export function keyboardLayoutOf(locale: string): number {
  const [language = "", ...rest] = locale.toLowerCase().split("-");
  const region = rest.at(-1);
  return LAYOUTS[`${language}-${region}`] ?? LAYOUTS[language] ?? 0x0409;
}
