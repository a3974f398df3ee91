/** Words of signing in, and of one's own password. */
import { signInText as de } from "./de/sign-in.ts";
import { inLanguage } from "./language.ts";

const en = {
  notice: "Notice of this site",
  title: "Sign in",
  lead: "to reach your desktops",
  name: "Name",
  password: "Password",
  submit: "Sign in",
  nameMissing: "Enter your name.",
  passwordMissing: "Enter your password.",
  wait: (seconds: number) =>
    seconds >= 90 ? `Try again in ${Math.ceil(seconds / 60)} minutes.` : `Try again in ${seconds} s.`,
  tooMany: "Too many attempts.",
  forgotten: "No password, or forgotten? An administrator can make you a sign-in link.",
  linkTitle: "Signing you in",
  linkFailedTitle: "This link does not work any more",
  linkFailedHint:
    "A sign-in link works once and for a limited time. Ask whoever gave it to you for a new one. If you have a password, you can sign in with it.",
  linkIncomplete: "The link is not complete",
  linkIncompleteHint: "Part of the address is missing. Copy the whole link and open it again.",
  toSignIn: "Sign in with a password",
  accountTitle: "Account",
  signedInAs: "Signed in as",
  setPassword: "Set a password",
  changePassword: "Change password",
  currentPassword: "Current password",
  newPassword: "New password",
  newPasswordHint: "At least 10 characters. A few words in a row are easy to remember and hard to guess.",
  repeatPassword: "New password again",
  repeatDiffers: "The two entries differ.",
  currentMissing: "Enter your current password.",
  currentWrong: "This is not your current password.",
  passwordSaved: "Password saved",
  passwordSavedHint: "Your other sign-ins have ended.",
  passwordHintTitle: "You came in by a link",
  passwordHint: "Set a password to sign in without one next time.",
  dismiss: "Not now",
};

export const signInText = inLanguage({ en, de });
