/**
 * Where concrete parts meet: broker, gateway, the link between them, the demo desktop, and the data they stand on.
 * `deskgate serve` is this and nothing else; beside it, `compose-apart.ts` puts the same parts into two processes.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Broker, openBroker } from "@deskgate/broker";
import { BROKER_CALLS, GATEWAY_CALLS, type Log, Secret } from "@deskgate/contract";
import {
  type CertificateStore,
  ensureSelfSigned,
  type Gateway,
  openCertificate,
  openGateway,
} from "@deskgate/gateway";
import type { Config } from "./config/resolve.ts";
import { openDataDirectory } from "./data-directory.ts";
import { type DemoDesktop, openDemoDesktop } from "./demo/index.ts";
import { throughLink } from "./link/in-process.ts";
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

/**
 * Opens the store and the broker alone. `linkFingerprint`: of the certificate on its port for gateways, where it has one.
 */
export async function openControlPlane(
  config: Config,
  log: Log,
  linkFingerprint?: () => string,
): Promise<Broker> {
  const { databaseFile, sealingKey } = await openDataDirectory(config.dataDirectory);
  const consoleDirectory = existsSync(CONSOLE_DIRECTORY) ? CONSOLE_DIRECTORY : undefined;
  const database = { kind: "sqlite", file: databaseFile } as const;
  const settings = { database, sealingKey, log, version: readVersion(), consoleDirectory };
  return openBroker({ ...settings, ...(linkFingerprint ? { linkFingerprint } : {}) });
}

/** Starts everything. */
export function openDeskgate(config: Config, log: Log): Promise<Deskgate> {
  return openTogether(async (opened, close) => {
    const broker = await openControlPlane(config, log);
    opened.push(() => broker.close());
    if (config.tls.isSelfSigned) await ensureSelfSigned(config.tls);
    const certificate = await openCertificate(config.tls, log);
    opened.push(() => certificate.close());
    await broker.setup.ensureAdministrator();
    const demo = await setUpDemo(config, broker, log);
    if (demo) opened.push(() => demo.close());
    const gateway = await openLocalGateway({ config, broker, certificate, log });
    opened.push(() => gateway.close());
    return { broker, gateway, certificate, close };
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
}): Promise<Gateway> {
  const { config, broker, certificate, log } = parts;
  await broker.setup.putBuiltInGateway({ id: GATEWAY_ID, name: hostname(), version: readVersion() });
  return openGateway({
    ...(await listenerSettings(config)),
    gatewayId: GATEWAY_ID,
    certificate,
    log,
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
