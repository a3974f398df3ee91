/** Words of the page for one's own API tokens. */
import { tokensText as de } from "./de/tokens.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "My API tokens",
  lead: "For scripts that act as you, with no more rights than they need.",
  add: "Make a token",
  search: "Search tokens",
  columns: { token: "Token", scopes: "May", lastUsed: "Last used", expires: "Expires", actions: "Actions" },
  everything: "Everything you may",
  never: "Never",
  from: (address: string) => `from ${address}`,
  expired: "Expired",
  addTitle: "Make an API token",
  name: "Name",
  nameHint: "What it is for, so that you know which one to withdraw.",
  lifetime: "Ends in",
  lifetimes: { "7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year" },
  scopes: "What it may do",
  allScopes: "Everything that you may, at the time it is used",
  secretTitle: "Your new token",
  secretLabel: "Token",
  scopesPlaceholder: "Choose permissions",
  secretHint: "It is shown only now. Keep it where your script finds it and others do not.",
  withdraw: "Withdraw",
  withdrawOf: (name: string) => `Withdraw ${name}`,
  withdrawTitle: (name: string) => `Withdraw ${name}?`,
  withdrawHint: "Scripts that use it are refused from now on. This cannot be undone.",
  emptyTitle: "No API tokens",
  emptyHint: "Make one for each script, so that each can be withdrawn alone.",
};

export const tokensText = inLanguage({ en, de });
