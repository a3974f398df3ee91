/** What runs here and, for those who may read the settings, how its parts are; as a text to copy for whoever helps. */
import type { About, HealthDetail } from "@deskgate/contract";
import { Button, CopyButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { TbCheck, TbClipboardText } from "react-icons/tb";
import { aboutQuery } from "../../api/about.ts";
import { useMay } from "../../api/permissions.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { useNow } from "../../parts/use-now.ts";
import { useTitle } from "../../parts/use-title.ts";
import { aboutText } from "../../text/about.ts";
import { gatewaysText } from "../../text/gateways.ts";
import { spellAge, spellBytes, spellDuration, spellMoment, spellNumber } from "../../text/quantities.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import "../gateways/gateways.css";
import "./about.css";

export function AboutPage() {
  useTitle(aboutText.title);
  const about = useQuery(aboutQuery);
  return (
    <div className="dg-about">
      <PageHeader title={aboutText.title} lead={aboutText.lead}>
        {about.data && <CopyDiagnostics about={about.data} />}
      </PageHeader>
      <Loaded query={about}>
        {(data) => (
          <div className="dg-about-parts">
            <Program about={data} />
            {data.health && <Health health={data.health} />}
          </div>
        )}
      </Loaded>
    </div>
  );
}

function CopyDiagnostics({ about }: { readonly about: About }) {
  return (
    <CopyButton value={diagnosticsOf(about)}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          leftSection={copied ? <TbCheck size={16} /> : <TbClipboardText size={16} />}
          title={aboutText.copyHint}
          onClick={copy}
          data-testid="copy-diagnostics"
        >
          {copied ? aboutText.copied : aboutText.copy}
        </Button>
      )}
    </CopyButton>
  );
}

function Program({ about: { version, startedAt, uptimeMs, health } }: { readonly about: About }) {
  return (
    <Part title={aboutText.program}>
      <Fact label={aboutText.version}>{version}</Fact>
      <Fact label={aboutText.running} more={aboutText.since(spellMoment(startedAt))}>
        {spellDuration(uptimeMs)}
      </Fact>
      {health?.runtime && (
        <>
          <Fact label={aboutText.runtime} more={health.runtime.platform}>
            {health.runtime.node}
          </Fact>
          <Fact label={aboutText.memory}>{spellBytes(health.runtime.residentBytes)}</Fact>
        </>
      )}
    </Part>
  );
}

function Health({ health }: { readonly health: HealthDetail }) {
  return (
    <>
      <Database database={health.database} />
      <Gateways gateways={health.gateways} />
      <Certificate certificate={health.certificate} />
      <Syslog syslog={health.syslog} />
      <Backup lastBackupAt={health.lastBackupAt} />
    </>
  );
}

function Database({ database }: Pick<HealthDetail, "database">) {
  const { kind, version, sizeBytes, schema, migrationsDone, migrationsPending } = database;
  return (
    <Part title={aboutText.database}>
      <Fact label={aboutText.kinds[kind]}>{version}</Fact>
      <Fact label={aboutText.size}>{spellBytes(sizeBytes)}</Fact>
      <Fact
        label={aboutText.schema}
        more={
          migrationsPending === 0
            ? aboutText.migrations(migrationsDone)
            : aboutText.migrationsPending(migrationsDone, migrationsPending)
        }
      >
        {schema}
      </Fact>
    </Part>
  );
}

function Gateways({ gateways }: Pick<HealthDetail, "gateways">) {
  const mayRead = useMay()("gateways.read");
  const title = mayRead ? <Link to="/gateways">{aboutText.gateways}</Link> : aboutText.gateways;
  return (
    <Part title={aboutText.gateways} heading={title}>
      {gateways.length === 0 && <p>{aboutText.noGateways}</p>}
      {gateways.map(({ id, name, state, version }) => (
        <Fact key={id} label={name} more={version}>
          <span className={`dg-state dg-link-${state}`}>{gatewaysText.states[state]}</span>
        </Fact>
      ))}
    </Part>
  );
}

const DAY_MS = 86_400_000;
const DAYS_REFRESH_MS = 60_000;
/** Below this a certificate wants to be looked after. */
const FEW_DAYS = 21;

function Certificate({ certificate }: Pick<HealthDetail, "certificate">) {
  const now = useNow(DAYS_REFRESH_MS);
  if (!certificate)
    return (
      <Part title={aboutText.certificate}>
        <p>{aboutText.noCertificate}</p>
      </Part>
    );
  const days = Math.floor((Date.parse(certificate.expiresAt) - now) / DAY_MS);
  const left = days < 0 ? aboutText.certificateOver : aboutText.certificateLeft(days);
  return (
    <Part title={aboutText.certificate}>
      <Fact label={aboutText.certificateUntil}>{spellMoment(certificate.expiresAt)}</Fact>
      <div className="dg-tags">
        <span className={days < FEW_DAYS ? "dg-tag dg-tag-warning" : "dg-tag"}>{left}</span>
        {certificate.isSelfSigned && <span className="dg-tag">{aboutText.selfSigned}</span>}
      </div>
    </Part>
  );
}

function Syslog({ syslog }: Pick<HealthDetail, "syslog">) {
  if (!syslog)
    return (
      <Part title={aboutText.syslog}>
        <p>{aboutText.noSyslog}</p>
      </Part>
    );
  const { state, sent, queued, dropped } = syslog;
  return (
    <Part title={aboutText.syslog}>
      <Fact label={aboutText.state}>
        <span className={`dg-state dg-link-${state === "working" ? "connected" : "away"}`}>
          {aboutText.syslogStates[state]}
        </span>
      </Fact>
      <Fact label={aboutText.sent}>{spellNumber(sent)}</Fact>
      <Fact label={aboutText.queued}>{spellNumber(queued)}</Fact>
      <Fact label={aboutText.dropped}>{spellNumber(dropped)}</Fact>
    </Part>
  );
}

function Backup({ lastBackupAt }: Pick<HealthDetail, "lastBackupAt">) {
  const now = useNow(DAYS_REFRESH_MS);
  return (
    <Part title={aboutText.backup}>
      {lastBackupAt === null ? (
        <p>{aboutText.noBackup}</p>
      ) : (
        <Fact label={spellAge(lastBackupAt, now)}>{spellMoment(lastBackupAt)}</Fact>
      )}
    </Part>
  );
}

interface PartProps {
  readonly title: string;
  /** Shown instead of the title's plain words. */
  readonly heading?: ReactNode;
  readonly children: ReactNode;
}

function Part({ title, heading = title, children }: PartProps) {
  return (
    <section className="dg-card dg-about-part" aria-label={title}>
      <h2>{heading}</h2>
      {children}
    </section>
  );
}

interface FactProps {
  readonly label: string;
  readonly more?: string;
  readonly children: ReactNode;
}

function Fact({ label, more, children }: FactProps) {
  return (
    <dl className="dg-fact">
      <dt>{label}</dt>
      <dd className="dg-numbers">
        {children}
        {more && <span className="dg-cell-sub">{more}</span>}
      </dd>
    </dl>
  );
}
