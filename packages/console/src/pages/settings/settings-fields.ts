/** The site's settings as a form holds them, and the change that a form means. */
import { type Release, ROUTES, type Settings } from "@deskgate/contract";
import { type FieldProblems, problemsBySchema } from "../../api/field-problems.ts";
import type { SettingsChange } from "../../api/settings.ts";

export interface SettingsForm {
  readonly siteName: string;
  /** Empty: each browser's own. */
  readonly language: string;
  readonly signInNotice: string;
  readonly hasAnnouncement: boolean;
  readonly announcementText: string;
  readonly severity: string;
  readonly release: Release;
  /** Text while it is being typed. */
  readonly keepSessionsDays: number | string;
  readonly keepsAuditForever: boolean;
  readonly keepAuditDays: number | string;
}

/** Offered where the audit was kept for ever. */
const USUAL_AUDIT_DAYS = 400;

export function formOf(settings: Settings): SettingsForm {
  const { siteName, language, signInNotice, announcement, keepSessionsDays, keepAuditDays } = settings;
  return {
    ...{ siteName, signInNotice, keepSessionsDays },
    language: language ?? "",
    hasAnnouncement: announcement !== null,
    announcementText: announcement?.text ?? "",
    severity: announcement?.severity ?? "info",
    release: settings.defaultRelease,
    keepsAuditForever: keepAuditDays === null,
    keepAuditDays: keepAuditDays ?? USUAL_AUDIT_DAYS,
  };
}

/** What the form says that `settings` do not: nothing where it was left as it was. */
export function changesOf(form: SettingsForm, settings: Settings): SettingsChange {
  const [before, after] = [saidBy(formOf(settings)), saidBy(form)];
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof SettingsChange]),
  );
  // The schema has the last word on the types, here before sending and again on the server.
  return Object.fromEntries(changed) as SettingsChange;
}

/** Field → what is wrong with it, by the names of the form's inputs. */
export function problemsOf(form: SettingsForm): FieldProblems {
  const problems = problemsBySchema(ROUTES.updateSettings.body, saidBy(form));
  return Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [INPUT_OF[field] ?? field, problem]),
  );
}

/** Where the API's fields are called otherwise than the inputs. */
export const INPUT_OF: Readonly<Record<string, string>> = {
  "announcement.text": "announcementText",
  "announcement.severity": "severity",
};

function saidBy(form: SettingsForm): Readonly<Record<keyof SettingsChange, unknown>> {
  const { siteName, language, signInNotice, hasAnnouncement, announcementText, severity, release } = form;
  return {
    siteName: siteName.trim(),
    language: language === "" ? null : language,
    signInNotice: signInNotice.trim(),
    announcement: hasAnnouncement ? { text: announcementText.trim(), severity } : null,
    defaultRelease: release,
    keepSessionsDays: form.keepSessionsDays,
    keepAuditDays: form.keepsAuditForever ? null : form.keepAuditDays,
  };
}
