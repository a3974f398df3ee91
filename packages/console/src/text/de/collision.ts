/** Wörter für den Fall, dass zwei dasselbe zugleich ändern. */
export const collisionText = {
  title: "Jemand anders hat dies inzwischen geändert",
  hint: "Ihre Änderung wurde nicht gespeichert. Sehen Sie sich erst die andere an, oder speichern Sie Ihre darüber.",
  showTheirs: "Die andere zeigen",
  overwrite: "Meine darüber speichern",
  theirsTitle: "So ist es jetzt",
  theirsHint:
    "Ihre Änderung wurde nicht gespeichert. Ändern Sie hier, was Sie möchten, oder holen Sie Ihre zurück in das Formular.",
  backToMine: "Zurück zu meiner",
};
