/** Wörter für das Anmelden und das eigene Passwort. */
export const signInText = {
  notice: "Hinweis dieser Anlage",
  title: "Anmelden",
  lead: "um zu Ihren Desktops zu gelangen",
  name: "Name",
  password: "Passwort",
  submit: "Anmelden",
  nameMissing: "Geben Sie Ihren Namen ein.",
  passwordMissing: "Geben Sie Ihr Passwort ein.",
  wait: (seconds: number) =>
    seconds >= 90
      ? `Versuchen Sie es in ${Math.ceil(seconds / 60)} Minuten wieder.`
      : `Versuchen Sie es in ${seconds} s wieder.`,
  tooMany: "Zu viele Versuche.",
  forgotten: "Kein Passwort, oder vergessen? Ein Administrator kann Ihnen einen Anmeldelink geben.",
  linkTitle: "Sie werden angemeldet",
  linkFailedTitle: "Dieser Link gilt nicht mehr",
  linkFailedHint:
    "Ein Anmeldelink gilt einmal und für begrenzte Zeit. Bitten Sie um einen neuen. Wenn Sie ein Passwort haben, können Sie sich damit anmelden.",
  linkIncomplete: "Der Link ist nicht vollständig",
  linkIncompleteHint:
    "Ein Teil der Adresse fehlt. Kopieren Sie den ganzen Link und öffnen Sie ihn noch einmal.",
  toSignIn: "Mit Passwort anmelden",
  accountTitle: "Konto",
  signedInAs: "Angemeldet als",
  setPassword: "Passwort setzen",
  changePassword: "Passwort ändern",
  currentPassword: "Bisheriges Passwort",
  newPassword: "Neues Passwort",
  newPasswordHint:
    "Mindestens 10 Zeichen. Einige Wörter hintereinander sind leicht zu merken und schwer zu raten.",
  repeatPassword: "Neues Passwort wiederholen",
  repeatDiffers: "Die beiden Eingaben sind verschieden.",
  currentMissing: "Geben Sie Ihr bisheriges Passwort ein.",
  currentWrong: "Das ist nicht Ihr bisheriges Passwort.",
  passwordSaved: "Passwort gespeichert",
  passwordSavedHint: "Ihre anderen Anmeldungen wurden beendet.",
  passwordHintTitle: "Sie kamen über einen Link",
  passwordHint: "Setzen Sie ein Passwort, um sich das nächste Mal ohne Link anzumelden.",
  dismiss: "Jetzt nicht",
};
