/**
 * The only place where concrete parts meet: broker, gateway, the link between them, the demo desktop, and the data they
 * stand on. `deskgate serve` is this and nothing else.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
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

/** Opens the store and the broker alone, for commands that need no network. */
export async function openControlPlane(config: Config, log: Log): Promise<Broker> {
  const { databaseFile, sealingKey } = await openDataDirectory(config.dataDirectory);
  const consoleDirectory = existsSync(CONSOLE_DIRECTORY) ? CONSOLE_DIRECTORY : undefined;
  const database = { kind: "sqlite", file: databaseFile } as const;
  const rateLimits = config.limits.requests;
  return openBroker({ database, sealingKey, log, version: readVersion(), consoleDirectory, rateLimits });
}

/** Starts everything. Whatever was opened is closed again when a later part fails. */
export async function openDeskgate(config: Config, log: Log): Promise<Deskgate> {
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
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
    return { broker, gateway, certificate, close: closeAll };
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
  const { total, perAddress, firstBytesDeadlineMs } = config.limits;
  const authorities = config.machineAuthoritiesFile;
  return openGateway({
    gatewayId: GATEWAY_ID,
    listen: config.listen,
    certificate,
    limits: { total, perAddress },
    firstBytesDeadlineMs,
    targetAuthorities: authorities === undefined ? [] : [await readFile(authorities, "utf8")],
    log,
    link: {
      broker: throughLink(BROKER_CALLS, broker.calls),
      attach: (calls) => void broker.attachGateway(GATEWAY_ID, throughLink(GATEWAY_CALLS, calls)),
    },
    passOn: broker.handleRequest,
  });
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
