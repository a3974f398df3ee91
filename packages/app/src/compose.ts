/**
 * Where concrete parts meet: broker, gateway, the link between them, the demo desktop, and the data they stand on.
 * `deskgate serve` is this and nothing else; beside it, `compose-apart.ts` puts the same parts into two processes.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type AuditRecord, type Broker, openBroker } from "@deskgate/broker";
import { BROKER_CALLS, GATEWAY_CALLS, type Log, type Meter, Secret } from "@deskgate/contract";
import {
  type CertificateStore,
  ensureSelfSigned,
  type Gateway,
  openCertificate,
  openGateway,
} from "@deskgate/gateway";
import type { Config } from "./config/resolve.ts";
import { openDataDirectory } from "./data-directory.ts";
import { readDatabaseSettings } from "./database-settings.ts";
import { type DemoDesktop, openDemoDesktop } from "./demo/index.ts";
import { throughLink } from "./link/in-process.ts";
import { openMetricsEndpoint } from "./metrics/endpoint.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { readProgramFacts } from "./program-facts.ts";
import { syslogMessage } from "./syslog/format.ts";
import { openSyslogSender, type SyslogSender } from "./syslog/sender.ts";
import { readVersion } from "./version.ts";

export interface Deskgate {
  readonly broker: Broker;
  readonly gateway: Gateway;
  readonly certificate: CertificateStore;
  /** In the reverse order of the start; safe to call once. */
  close(): Promise<void>;
}

const GATEWAY_ID = "local";
const DEMO_FIRST_PORT = 15_900;
const CONSOLE_DIRECTORY = join(import.meta.dirname, "../../console/dist");

export interface ControlPlane {
  readonly broker: Broker;
  /** Absent where the audit is not sent anywhere. */
  readonly syslog: SyslogSender | undefined;
  close(): Promise<void>;
}

interface ControlPlaneOptions {
  readonly meter?: Meter | undefined;
  /** Of the certificate on the port for gateways, where there is one. */
  readonly linkFingerprint?: (() => string) | undefined;
  /** Of this process's own port; undefined until there is one. */
  readonly certificate?: (() => CertificateStore | undefined) | undefined;
}

/** Opens the store and the broker alone, and the way of its audit to the collector. */
export async function openControlPlane(
  config: Config,
  log: Log,
  { meter, linkFingerprint, certificate = () => undefined }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const { databaseFile, sealingKey } = await openDataDirectory(config.dataDirectory);
  const database = await readDatabaseSettings(config.database, databaseFile);
  const consoleDirectory = existsSync(CONSOLE_DIRECTORY) ? CONSOLE_DIRECTORY : undefined;
  const syslog = await openSyslog(config, log);
  const origin = { host: hostname(), processId: process.pid };
  const onAudit = (record: AuditRecord) => syslog?.send(syslogMessage(record, origin));
  const keepAuditMs = config.audit.keepMs;
  const audit = { keepAuditMs, ...(syslog ? { onAudit } : {}) };
  const { dataDirectory, tls } = config;
  const parts = { dataDirectory, isSelfSigned: tls.isSelfSigned, certificate, syslog };
  try {
    const broker = await openBroker({
      ...{ database, sealingKey, log, version: readVersion(), consoleDirectory },
      ...audit,
      readProgram: () => readProgramFacts(parts),
      rateLimits: config.limits.requests,
      ...(meter ? { meter } : {}),
      ...(linkFingerprint ? { linkFingerprint } : {}),
    });
    const close = async () => {
      await broker.close();
      await syslog?.close();
    };
    return { broker, syslog, close };
  } catch (cause) {
    await syslog?.close();
    throw cause;
  }
}

async function openSyslog({ audit }: Config, log: Log): Promise<SyslogSender | undefined> {
  if (!audit.syslog) return undefined;
  const { authoritiesFile, ...collector } = audit.syslog;
  const authorities = authoritiesFile === undefined ? undefined : await readFile(authoritiesFile, "utf8");
  return openSyslogSender({ ...collector, authorities }, log);
}

/** Starts everything. */
export function openDeskgate(config: Config, log: Log): Promise<Deskgate> {
  return openTogether(async (opened, close) => {
    const metrics = config.metricsListen && createMetrics(readVersion());
    let certificate: CertificateStore | undefined;
    const control = await openControlPlane(config, log, {
      meter: metrics?.meter,
      certificate: () => certificate,
    });
    opened.push(() => control.close());
    const { broker, syslog } = control;
    if (config.tls.isSelfSigned) await ensureSelfSigned(config.tls);
    const opening = await openCertificate(config.tls, log);
    certificate = opening;
    opened.push(() => opening.close());
    await broker.setup.ensureAdministrator();
    const demo = await setUpDemo(config, broker, log);
    if (demo) opened.push(() => demo.close());
    const gateway = await openLocalGateway({
      config,
      broker,
      certificate: opening,
      log,
      meter: metrics?.meter,
    });
    opened.push(() => gateway.close());
    if (config.metricsListen && metrics) {
      const parts = { metrics, load: { broker, gateway, syslog }, isReady: () => broker.isReady() };
      const endpoint = await openMetricsEndpoint(config.metricsListen, parts);
      opened.push(() => endpoint.close());
    }
    return { broker, gateway, certificate: opening, close };
  });
}

type Close = () => Promise<void> | void;

/** Runs `open`, which names how to close each part that it has opened. All are closed again when a later one fails. */
export async function openTogether<Whole>(
  open: (opened: Close[], close: () => Promise<void>) => Promise<Whole>,
): Promise<Whole> {
  const opened: Close[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await open(opened, closeAll);
  } catch (cause) {
    await closeAll();
    throw cause;
  }
}

async function openLocalGateway(parts: {
  readonly config: Config;
  readonly broker: Broker;
  readonly certificate: CertificateStore;
  readonly log: Log;
  readonly meter: Meter | undefined;
}): Promise<Gateway> {
  const { config, broker, certificate, log, meter } = parts;
  await broker.setup.putBuiltInGateway({ id: GATEWAY_ID, name: hostname(), version: readVersion() });
  return openGateway({
    ...(await listenerSettings(config)),
    gatewayId: GATEWAY_ID,
    certificate,
    log,
    ...(meter ? { meter } : {}),
    link: {
      broker: throughLink(BROKER_CALLS, broker.calls),
      open: async (calls, join) => {
        broker.attachGateway(GATEWAY_ID, throughLink(GATEWAY_CALLS, calls));
        await join();
      },
    },
    passOn: (request, response) => broker.handleRequest(request, response),
  });
}

/** What the settings say about the gateway's port, in whichever process it is. */
export async function listenerSettings(config: Config) {
  const { total, perAddress, firstBytesDeadlineMs } = config.limits;
  const authorities = config.machineAuthoritiesFile;
  return {
    listen: config.listen,
    limits: { total, perAddress },
    firstBytesDeadlineMs,
    targetAuthorities: authorities === undefined ? [] : [await readFile(authorities, "utf8")],
  };
}

/** The demo desktop is a machine like any other; only its address and password are new at every start. */
async function setUpDemo(config: Config, broker: Broker, log: Log): Promise<DemoDesktop | undefined> {
  if (!config.hasDemo) {
    await broker.setup.removeBuiltInMachine();
    return undefined;
  }
  const password = randomBytes(6).toString("base64url").slice(0, 8);
  const demo = await openDemoDesktop({ password, firstPort: DEMO_FIRST_PORT, log });
  await broker.setup.ensureBuiltInMachine({
    name: "Demo desktop",
    description: "A small desktop inside Deskgate itself, to try things out",
    host: demo.host,
    port: demo.port,
    password: new Secret(password),
  });
  return demo;
}
