import { DEFAULT_SETTINGS, type Settings } from "@deskgate/contract";
import { describe, expect, it } from "vitest";
import { changesOf, formOf, problemsOf } from "./settings-fields.ts";

const settings: Settings = {
  ...DEFAULT_SETTINGS,
  announcement: { id: "00000000-0000-4000-8000-000000000001", text: "Down at six", severity: "warning" },
  configuredKeepAuditMs: null,
  version: 3,
};

describe("the settings' form", () => {
  it("means nothing where it was left as it was", () => {
    expect(changesOf(formOf(settings), settings)).toEqual({});
    expect(problemsOf(formOf(settings))).toEqual({});
  });

  it("means only what is other than before, spaces at the ends aside", () => {
    const form = { ...formOf(settings), siteName: " Deskgate ", keepSessionsDays: 7, language: "de" };
    expect(changesOf(form, settings)).toEqual({ keepSessionsDays: 7, language: "de" });
  });

  it("takes an announcement away, and changes its kind alone", () => {
    expect(changesOf({ ...formOf(settings), hasAnnouncement: false }, settings)).toEqual({
      announcement: null,
    });
    expect(changesOf({ ...formOf(settings), severity: "info" }, settings)).toEqual({
      announcement: { text: "Down at six", severity: "info" },
    });
  });

  it("keeps the audit for ever or for days", () => {
    const form = { ...formOf(settings), keepsAuditForever: false };
    expect(changesOf(form, settings)).toEqual({ keepAuditDays: 400 });
  });

  it("names what is wrong at the input where it stands", () => {
    const wrong = { ...formOf(settings), siteName: "", announcementText: " ", keepSessionsDays: "" };
    expect(problemsOf(wrong)).toEqual({
      siteName: "Enter a name.",
      announcementText: "Enter a text.",
      keepSessionsDays: "Enter a whole number of days.",
    });
  });
});
