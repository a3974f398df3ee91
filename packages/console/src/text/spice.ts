/** Words for SPICE desktops. */
import { spiceText as de } from "./de/spice.ts";
import { inLanguage } from "./language.ts";

const en = {
  noClipboard: "Text cannot be copied to or from this desktop: there is no SPICE agent running in it.",
};

export const spiceText = inLanguage({ en, de });
