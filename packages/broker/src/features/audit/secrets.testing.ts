/** What no record may ever hold. Not part of the program. */

/** A secret in every field that takes one. */
export const SECRETS = {
  userPassword: "Zauberwort-eins-1",
  newPassword: "Zauberwort-zwei-2",
  machinePassword: "mS3cret!",
  privateKey: "-----BEGIN PRIVATE KEY-----\nZauberschluessel\n-----END PRIVATE KEY-----",
  passphrase: "Zaubersatz",
  wrongPassword: "Zauberwort-falsch",
};
