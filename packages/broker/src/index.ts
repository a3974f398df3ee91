/**
 * The broker: who may use which desktop, tickets, sessions, the API. It never touches a session's bytes, and viewers never
 * reach it: a gateway passes their requests on to it, and speaks to it over the link. In one program that needs no port;
 * apart from its gateways it listens for them alone.
 */
import { hostname } from "node:os";
import { setTimeout as sleepFor } from "node:timers/promises";
import {
  API_TOKEN_PREFIX,
  type BrokerCalls,
  type GatewayCalls,
  type Log,
  type Meter,
  SILENT_METER,
} from "@deskgate/contract";
import { composeBroker } from "./compose.ts";
import type { Clock } from "./domain/clock.ts";
import { type Faults, NO_FAULTS } from "./domain/faults.ts";
import type { ReadProgram } from "./features/about/ports.ts";
import type { AuditRecord } from "./features/audit/chain.ts";
import type { AuditService } from "./features/audit/service.ts";
import { createHandlers } from "./http/handlers/handlers.ts";
import { type CallRoute, createLocalCalls } from "./http/local-calls.ts";
import { RateLimiter, type RateLimits, USUAL_RATE_LIMITS } from "./http/rate-limiter.ts";
import { type HandleRequest, openHttpSide } from "./http/server.ts";
import { createBrokerCalls } from "./link/broker-calls.ts";
import { Gateways } from "./link/gateways.ts";
import { type LinkListener, type LinkListenerOptions, openLinkListener } from "./link/listener.ts";
import { Passes } from "./link/passes.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { createSealing } from "./secrets/sealing.ts";
import { createSetup, type Setup } from "./setup.ts";
import { ARGON2_PARAMETERS, Argon2Hasher } from "./sign-in/methods/password/argon2-hasher.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { type DatabaseSettings, dialectOf } from "./store/dialects/settings.ts";
import { isReady, readLoad, type StoreLoad } from "./store/load.ts";
import { PruningStore } from "./store/prune-store.ts";
import { systemRandom } from "./system-random.ts";

export { FAULT_POINTS, type FaultPoint, type Faults } from "./domain/faults.ts";
export type { ProgramFacts } from "./features/about/ports.ts";
export {
  type AuditRecord,
  type ChainPoint,
  type ChainVerdict,
  ChainVerifier,
} from "./features/audit/chain.ts";
export type { CallRoute } from "./http/local-calls.ts";
export type { RateLimits } from "./http/rate-limiter.ts";
export type { LinkListener } from "./link/listener.ts";
export type { StoreCheck } from "./setup.ts";
export { type Restored, restoreBackup } from "./store/backup-restore.ts";
export { type BackupRequest, writeBackup } from "./store/backup-write.ts";
export type { DatabaseSettings } from "./store/dialects/settings.ts";

export interface BrokerOptions {
  readonly database: DatabaseSettings;
  /** 32 bytes, kept outside the database. */
  readonly sealingKey: Uint8Array;
  readonly log: Log;
  readonly version: string;
  /** The built console; absent where there is none. */
  readonly consoleDirectory: string | undefined;
  /** SHA-256 of the certificate on the port of {@link Broker.listenForGateways}; absent where it is never opened. */
  readonly linkFingerprint?: () => string | undefined;
  readonly clock?: Clock;
  readonly meter?: Meter;
  /** Told of every record of the audit once it is on the disk. */
  readonly onAudit?: (record: AuditRecord) => void;
  /** Asked whenever somebody wants to know how the program is. */
  readonly readProgram?: ReadProgram;
  /** Records older than this are pruned, whatever the site's settings say; absent leaves it to them. */
  readonly keepAuditMs?: number | undefined;
  readonly rateLimits?: RateLimits;
  /** For tests that end the program in the middle of something; absent otherwise. */
  readonly faults?: Faults;
  /** How long the reconciler rests between two rounds; for tests that would wait for it, absent otherwise. */
  readonly roundIntervalMs?: number;
}

export interface Broker {
  /** Takes every request that is not a tunnel. */
  readonly handleRequest: HandleRequest;
  /** The broker's end of the link. */
  readonly calls: BrokerCalls;
  readonly setup: Setup;
  /** Calls a route of the API as someone at this host's keyboard: whoever may read the data folder may do everything. */
  readonly call: CallRoute;
  readonly audit: Pick<AuditService, "readAll" | "head" | "verify">;
  /** How many sessions and machines there are, for whoever counts. */
  load(): Promise<StoreLoad>;
  /** Whether the database answers. */
  isReady(): Promise<boolean>;
  /** Makes a gateway known by its calls; it then registers through {@link Broker.calls}. Returns how to detach it. */
  attachGateway(gatewayId: string, calls: GatewayCalls): () => void;
  /** Opens the port for gateways that are processes of their own. The caller closes it, before the broker. */
  listenForGateways(options: LinkListenerOptions): Promise<LinkListener>;
  close(): Promise<void>;
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { database, sealingKey, clock = Date, meter = SILENT_METER } = options;
  const sealing = createSealing(sealingKey, systemRandom);
  const db = await openDatabase(dialectOf(database), (durationMs) => meter.storeRoundTrip(durationMs));
  try {
    return await assemble(options, { db, clock, sealing });
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
}

async function assemble(
  options: BrokerOptions,
  opened: {
    readonly db: Database;
    readonly clock: Clock;
    readonly sealing: ReturnType<typeof createSealing>;
  },
): Promise<Broker> {
  const { log, version, consoleDirectory, meter = SILENT_METER, onAudit, keepAuditMs, readProgram } = options;
  const { linkFingerprint = () => undefined, rateLimits = USUAL_RATE_LIMITS, faults = NO_FAULTS } = options;
  const random = systemRandom;
  const gateways = new Gateways({ clock: opened.clock, random });
  const hasher = new Argon2Hasher({ random, parameters: ARGON2_PARAMETERS });
  const sleep = (durationMs: number) => sleepFor(durationMs, undefined, { ref: false });
  let linkAddress: string | undefined;
  const composed = composeBroker({
    ...{ ...opened, gateways, hasher, sleep, random, faults, log, meter, onAudit, linkFingerprint },
    ...{ version, keepAuditMs, readProgram },
    linkAddress: () => linkAddress,
  });
  const { services, admissions, tracking } = composed;
  const handlers = createHandlers(services, version);
  const recognise = (token: string, address: string) =>
    token.startsWith(API_TOKEN_PREFIX)
      ? services.tokens.recognise(token, address)
      : services.signIn.recognise(token);
  const rates = new RateLimiter(rateLimits, opened.clock);
  const { events, idempotency } = services;
  const api = { handlers, recognise, rates, changes: events, idempotency };
  const http = await openHttpSide({
    ...{ api, random, log, meter, version, consoleDirectory, site: services.settings },
    isReady: () => isReady(opened.db),
  });
  const pruning = new PruningStore(opened.db);
  const isSilent = (gatewayId: string) => gateways.isSilent(gatewayId);
  const { audit } = services;
  const { clock } = opened;
  const { roundIntervalMs } = options;
  const reconciler = new Reconciler({ ...composed, roundIntervalMs, pruning, audit, isSilent, clock, log });
  const brokerCalls = createBrokerCalls({ ...services, gateways, admissions, tracking, log });
  const linkDeps = { gateways, brokerCalls, passes: new Passes(), roster: services.roster, random, log };
  return {
    handleRequest: http.handleRequest,
    calls: brokerCalls,
    setup: createSetup({ ...services, db: opened.db, clock }),
    call: createLocalCalls(handlers),
    audit,
    load: () => readLoad(opened.db),
    isReady: () => isReady(opened.db),
    attachGateway: (gatewayId, calls) => {
      // Not before: a second process that opens the same database for a moment must not judge the gateways of the first.
      reconciler.start();
      services.health.start();
      return gateways.attach(gatewayId, calls);
    },
    listenForGateways: (options) => {
      reconciler.start();
      services.health.start();
      return openLinkListener(options, { ...linkDeps, handleRequest: http.handleRequest }).then(
        (listener) => {
          linkAddress = addressOf(listener.address);
          return listener;
        },
      );
    },
    close: async () => {
      await reconciler.stop();
      await services.health.stop();
      events.close();
      await http.close();
      await opened.db.destroy();
    },
  };
}

/** By this host's own name where the port is open at every address. */
function addressOf({ host, port }: LinkListener["address"]): string {
  const name = host === "0.0.0.0" || host === "::" ? hostname() : host;
  return `https://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
