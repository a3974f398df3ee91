/** Whether key and certificate are there, fit each other, and are valid today. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Config } from "../config/resolve.ts";
import type { Finding } from "./finding.ts";

const SUBJECT = "Certificate";
const DAY_MS = 86_400_000;
const WARN_DAYS = 21;

export async function checkCertificate(tls: Config["tls"], now: Date): Promise<Finding[]> {
  try {
    const [certificate, key] = await Promise.all([readFile(tls.certificateFile), readFile(tls.keyFile)]);
    return [judge(new X509Certificate(certificate), key, { now, isSelfSigned: tls.isSelfSigned })];
  } catch (cause) {
    if (tls.isSelfSigned && cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      return [
        { level: "good", subject: SUBJECT, text: "none yet; a self-signed one is made at the first start" },
      ];
    }
    const text = cause instanceof Error ? cause.message : "cannot be read";
    return [
      {
        level: "bad",
        subject: SUBJECT,
        text,
        advice: "Check tls.certificateFile and tls.keyFile: PEM files, readable by this user.",
      },
    ];
  }
}

function judge(
  certificate: X509Certificate,
  key: Buffer,
  about: { readonly now: Date; readonly isSelfSigned: boolean },
): Finding {
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    return {
      level: "bad",
      subject: SUBJECT,
      text: "key and certificate do not belong together",
      advice: "Put the key that the certificate was made with into tls.keyFile.",
    };
  }
  const daysLeft = Math.floor((certificate.validToDate.getTime() - about.now.getTime()) / DAY_MS);
  const renew = about.isSelfSigned
    ? "Delete the tls folder in the data folder and start again."
    : "Renew it; changed files are taken up without a restart.";
  if (about.now < certificate.validFromDate)
    return {
      level: "bad",
      subject: SUBJECT,
      text: `not valid before ${certificate.validFrom}`,
      advice: "Check this host's clock.",
    };
  if (daysLeft < 0)
    return { level: "bad", subject: SUBJECT, text: `expired on ${certificate.validTo}`, advice: renew };
  if (daysLeft < WARN_DAYS)
    return { level: "warning", subject: SUBJECT, text: `expires in ${daysLeft} days`, advice: renew };
  return {
    level: "good",
    subject: SUBJECT,
    text: `${about.isSelfSigned ? "self-signed" : "own"}, valid for ${daysLeft} days`,
  };
}
