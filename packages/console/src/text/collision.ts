/** Words for when two people change the same thing at once. */
import { collisionText as de } from "./de/collision.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Somebody else has changed this meanwhile",
  hint: "Nothing of yours was saved. Look at theirs first, or save yours over it.",
  showTheirs: "Show theirs",
  overwrite: "Save mine over it",
  theirsTitle: "This is how it is now",
  theirsHint: "Yours was not saved. Change here what you like, or take yours back into the form.",
  backToMine: "Back to mine",
};

export const collisionText = inLanguage({ en, de });
