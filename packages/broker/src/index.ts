/**
 * The broker: who may use which desktop, tickets, sessions, the API. It never touches a session's bytes, and it does
 * not listen: a gateway passes requests on to it, and speaks to it over the link.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleepFor } from "node:timers/promises";
import { type BrokerCalls, type GatewayCalls, type Log, type Meter, SILENT_METER } from "@deskgate/contract";
import { composeBroker } from "./compose.ts";
import type { Clock } from "./domain/clock.ts";
import type { AuditRecord } from "./features/audit/chain.ts";
import type { AuditService } from "./features/audit/service.ts";
import { createHandlers } from "./http/handlers/handlers.ts";
import { type CallRoute, createLocalCalls } from "./http/local-calls.ts";
import { openHttpSide } from "./http/server.ts";
import { createBrokerCalls } from "./link/broker-calls.ts";
import { Gateways } from "./link/gateways.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { createSealing } from "./secrets/sealing.ts";
import { createSetup, type Setup } from "./setup.ts";
import { ARGON2_PARAMETERS, Argon2Hasher } from "./sign-in/methods/password/argon2-hasher.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { sqliteDialect } from "./store/dialects/sqlite/sqlite-dialect.ts";
import { isReady, readLoad, type StoreLoad } from "./store/load.ts";
import { PruningStore } from "./store/prune-store.ts";
import { systemRandom } from "./system-random.ts";

export {
  type AuditRecord,
  type ChainPoint,
  type ChainVerdict,
  ChainVerifier,
} from "./features/audit/chain.ts";
export type { CallRoute } from "./http/local-calls.ts";
export type { StoreCheck } from "./setup.ts";

export interface BrokerOptions {
  /** A path, or `:memory:`. */
  readonly databaseFile: string;
  /** 32 bytes, kept outside the database. */
  readonly sealingKey: Uint8Array;
  readonly log: Log;
  readonly version: string;
  /** The built console; absent where there is none. */
  readonly consoleDirectory: string | undefined;
  readonly clock?: Clock;
  readonly meter?: Meter;
  /** Told of every record of the audit once it is on the disk. */
  readonly onAudit?: (record: AuditRecord) => void;
  /** Records older than this are pruned; absent keeps all. */
  readonly keepAuditMs?: number | undefined;
}

export interface Broker {
  /** Takes every request that is not a tunnel. */
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void;
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
  close(): Promise<void>;
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { databaseFile, sealingKey, clock = Date, meter = SILENT_METER } = options;
  const sealing = createSealing(sealingKey, systemRandom);
  const db = await openDatabase(sqliteDialect(databaseFile), (durationMs) =>
    meter.storeRoundTrip(durationMs),
  );
  try {
    return await assemble(options, { db, clock, sealing });
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
}

async function assemble(
  { log, version, consoleDirectory, meter = SILENT_METER, onAudit, keepAuditMs }: BrokerOptions,
  opened: {
    readonly db: Database;
    readonly clock: Clock;
    readonly sealing: ReturnType<typeof createSealing>;
  },
): Promise<Broker> {
  const random = systemRandom;
  const gateways = new Gateways({ clock: opened.clock, random });
  const hasher = new Argon2Hasher({ random, parameters: ARGON2_PARAMETERS });
  const sleep = (durationMs: number) => sleepFor(durationMs, undefined, { ref: false });
  const { services, admissions, tracking, ending } = composeBroker({
    ...{ ...opened, gateways, hasher, sleep, random, log, meter, onAudit },
  });
  const handlers = createHandlers(services, version);
  const recognise = (token: string) => services.signIn.recognise(token);
  const http = await openHttpSide({
    ...{ handlers, recognise, random, log, meter, version, consoleDirectory },
    isReady: () => isReady(opened.db),
  });
  const pruning = new PruningStore(opened.db);
  const isSilent = (gatewayId: string) => gateways.isSilent(gatewayId);
  const { audit } = services;
  const { clock } = opened;
  const reconciler = new Reconciler({ tracking, ending, pruning, audit, keepAuditMs, isSilent, clock, log });
  return {
    handleRequest: http.handleRequest,
    calls: createBrokerCalls({ ...services, gateways, admissions, tracking, log }),
    setup: createSetup({ ...services, db: opened.db }),
    call: createLocalCalls(handlers),
    audit,
    load: () => readLoad(opened.db),
    isReady: () => isReady(opened.db),
    attachGateway: (gatewayId, calls) => {
      // Not before: a second process that opens the same database for a moment must not judge the gateways of the first.
      reconciler.start();
      return gateways.attach(gatewayId, calls);
    },
    close: async () => {
      await reconciler.stop();
      await http.close();
      await opened.db.destroy();
    },
  };
}
