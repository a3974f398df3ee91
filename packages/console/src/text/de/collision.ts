/** Wörter für den Fall, dass zwei dasselbe zugleich ändern. */
export const collisionText = {
  title: "Jemand anders hat dies inzwischen geändert",
  hint: "Von Ihrem wurde nichts gespeichert. Sehen Sie sich erst das andere an, oder speichern Sie Ihres darüber.",
  showTheirs: "Das andere zeigen",
  overwrite: "Meines darüber speichern",
  theirsTitle: "So ist es jetzt",
  theirsHint:
    "Ihres wurde nicht gespeichert. Ändern Sie hier, was Sie möchten, oder holen Sie Ihres zurück in das Formular.",
  backToMine: "Zurück zu meinem",
};
