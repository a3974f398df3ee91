/** Words of the page for everyone's API tokens. */
import { allTokensText as de } from "./de/all-tokens.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "API tokens of everyone",
  lead: "What scripts use to act as a person. Nobody sees a token’s secret again, not even here.",
  search: "Search tokens and owners",
  owner: "Owner",
  everything: "Everything its owner may",
  withdrawTitle: (name: string, owner: string) => `Withdraw ${name} of ${owner}?`,
  withdrawHint: "Scripts that use it are refused from now on. Its owner is not told. This cannot be undone.",
  emptyTitle: "Nobody has an API token",
  emptyHint: "People make their own in the user menu. Whatever they make is listed here.",
};

export const allTokensText = inLanguage({ en, de });
