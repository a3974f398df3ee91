/** What the console says when the API cannot be asked or understood; everything else the API says itself. */
import { apiText as de } from "./de/api.ts";
import { inLanguage } from "./language.ts";

const en = {
  unreachable: "The server does not answer. Check your network, or try again in a moment.",
  unreadable:
    "The server's answer could not be read. Load the page again; if it stays, tell your administrator.",
  unknown: "Something went wrong. Load the page again.",
  requestNumber: (id: string) => `Request ${id}`,
};

export const apiText = inLanguage({ en, de });
