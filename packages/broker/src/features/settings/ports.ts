/** What the site's settings need of others. */
import type { Release, Settings, Site } from "@deskgate/contract";

/** As people entered them. */
export type SiteSettings = Omit<Settings, "configuredKeepAuditMs">;
export type SiteSettingsFields = Omit<SiteSettings, "version">;

export interface SettingsStore {
  /** Defaults stand in for what was never set. */
  read(): Promise<SiteSettings>;
  /** Throws `version_stale`. */
  write(change: Partial<SiteSettingsFields>, ifVersion: number | undefined): Promise<SiteSettings>;
}

/** What others ask of the settings. */
export interface ReleaseDefault {
  defaultRelease(): Promise<Release>;
}

export interface Retention {
  readRetention(): Promise<{
    readonly keepSessionsMs: number;
    /** Absent keeps every record. */
    readonly keepAuditMs: number | undefined;
  }>;
}

export interface SiteReader {
  /** Never rejects: the page is shown while the database is away, too. */
  siteForPage(): Promise<Site>;
}
