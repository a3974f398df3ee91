/** The site's settings: read and changed as a whole, and the parts that others go by. */
import {
  type Announcement,
  DEFAULT_SETTINGS,
  DeskgateError,
  type Release,
  type Settings,
  type Site,
} from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Random } from "../../domain/clock.ts";
import type { AuditService } from "../audit/service.ts";
import type {
  ReleaseDefault,
  Retention,
  SettingsStore,
  SiteReader,
  SiteSettings,
  SiteSettingsFields,
} from "./ports.ts";

interface SettingsDeps {
  readonly store: SettingsStore;
  readonly audit: AuditService;
  readonly random: Random;
  readonly sleep: (durationMs: number) => Promise<void>;
  /** From the configuration file; absent where it says nothing. */
  readonly keepAuditMs?: number | undefined;
}

/** What people ask for; an announcement gets its id here. */
export type SettingsChange = {
  readonly [Name in keyof Omit<SiteSettingsFields, "announcement">]?: SiteSettingsFields[Name] | undefined;
} & {
  readonly announcement?: Omit<Announcement, "id"> | null | undefined;
};

/** A page is not kept waiting for its name. */
const PAGE_PATIENCE_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export class SettingsService implements ReleaseDefault, Retention, SiteReader {
  readonly #deps: SettingsDeps;
  #lastSite: Site = siteOf(DEFAULT_SETTINGS);

  constructor(deps: SettingsDeps) {
    this.#deps = deps;
  }

  async read(): Promise<Settings> {
    return this.#shown(await this.#deps.store.read());
  }

  async readSite(): Promise<Site> {
    this.#lastSite = siteOf(await this.#deps.store.read());
    return this.#lastSite;
  }

  /** What was last known where the database does not answer in time. */
  async siteForPage(): Promise<Site> {
    const late = this.#deps.sleep(PAGE_PATIENCE_MS).then(() => this.#lastSite);
    return Promise.race([this.readSite().catch(() => this.#lastSite), late]);
  }

  async readAnnouncement(): Promise<Announcement | null> {
    return (await this.#deps.store.read()).announcement;
  }

  async defaultRelease(): Promise<Release> {
    return (await this.#deps.store.read()).defaultRelease;
  }

  async readRetention() {
    const { keepSessionsDays, keepAuditDays } = await this.#deps.store.read();
    const enteredMs = keepAuditDays === null ? undefined : keepAuditDays * DAY_MS;
    return { keepSessionsMs: keepSessionsDays * DAY_MS, keepAuditMs: this.#deps.keepAuditMs ?? enteredMs };
  }

  async update(change: SettingsChange, actor: Actor, ifVersion: number | undefined): Promise<Settings> {
    const { store, audit, keepAuditMs } = this.#deps;
    if (change.keepAuditDays !== undefined && keepAuditMs !== undefined)
      throw new DeskgateError("validation_failed", { fields: { keepAuditDays: DECIDED_BY_FILE } });
    const { announcement, ...fields } = change;
    const changed = await audit.change(
      actor,
      async () => {
        const told =
          announcement === undefined ? {} : { announcement: await this.#announcementOf(announcement) };
        return store.write({ ...given(fields), ...told }, ifVersion);
      },
      () => ({ action: "settings.changed", subject: { kind: "settings", id: "" }, detail: { ...change } }),
    );
    return this.#shown(changed);
  }

  /** The same words are the same announcement: who put it away is not told again. */
  async #announcementOf(wanted: Omit<Announcement, "id"> | null): Promise<Announcement | null> {
    if (wanted === null) return null;
    const { announcement: present } = await this.#deps.store.read();
    const isSame = present?.text === wanted.text && present.severity === wanted.severity;
    return isSame ? present : { id: this.#deps.random.uuid(), text: wanted.text, severity: wanted.severity };
  }

  #shown(settings: SiteSettings): Settings {
    return { ...settings, configuredKeepAuditMs: this.#deps.keepAuditMs ?? null };
  }
}

const DECIDED_BY_FILE = "The configuration file decides this, by audit.keep.";

function siteOf({
  siteName,
  signInNotice,
  language,
}: Pick<SiteSettings, "siteName" | "signInNotice" | "language">): Site {
  return { name: siteName, signInNotice, language };
}

function given(fields: Omit<SettingsChange, "announcement">): Partial<SiteSettingsFields> {
  // Names and types stay; only what was not named is left out.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<SiteSettingsFields>;
}
