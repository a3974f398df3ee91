/**
 * The broker: who may use which desktop, tickets, sessions, the API. It never touches a session's bytes, and it does
 * not listen: a gateway passes requests on to it, and speaks to it over the link.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { BrokerCalls, GatewayCalls, Log } from "@deskgate/contract";
import { composeBroker } from "./compose.ts";
import type { Clock } from "./domain/clock.ts";
import { type Faults, NO_FAULTS } from "./domain/faults.ts";
import { createHandlers } from "./http/handlers/handlers.ts";
import { openHttpSide } from "./http/server.ts";
import { createBrokerCalls } from "./link/broker-calls.ts";
import { Gateways } from "./link/gateways.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { createSealing } from "./secrets/sealing.ts";
import { createSetup, type Setup } from "./setup.ts";
import { ARGON2_PARAMETERS, Argon2Hasher } from "./sign-in/methods/password/argon2-hasher.ts";
import { type Database, openDatabase } from "./store/database.ts";
import { sqliteDialect } from "./store/dialects/sqlite/sqlite-dialect.ts";
import { PruningStore } from "./store/prune-store.ts";
import { systemRandom } from "./system-random.ts";

export { FAULT_POINTS, type FaultPoint, type Faults } from "./domain/faults.ts";
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
  /** For tests that end the program in the middle of something; absent otherwise. */
  readonly faults?: Faults;
}

export interface Broker {
  /** Takes every request that is not a tunnel. */
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** The broker's end of the link. */
  readonly calls: BrokerCalls;
  readonly setup: Setup;
  /** Makes a gateway known by its calls; it then registers through {@link Broker.calls}. Returns how to detach it. */
  attachGateway(gatewayId: string, calls: GatewayCalls): () => void;
  close(): Promise<void>;
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { databaseFile, sealingKey, clock = Date } = options;
  const sealing = createSealing(sealingKey, systemRandom);
  const db = await openDatabase(sqliteDialect(databaseFile));
  try {
    return await assemble(options, { db, clock, sealing });
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
}

async function assemble(
  { log, version, consoleDirectory, faults = NO_FAULTS }: BrokerOptions,
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
  const composed = composeBroker({ ...opened, gateways, hasher, sleep, random, faults, log });
  const { services, admissions, tracking } = composed;
  const handlers = createHandlers(services, version);
  const recognise = (token: string) => services.signIn.recognise(token);
  const http = await openHttpSide({ handlers, recognise, random, log, version, consoleDirectory });
  const pruning = new PruningStore(opened.db);
  const isSilent = (gatewayId: string) => gateways.isSilent(gatewayId);
  const reconciler = new Reconciler({ ...composed, pruning, isSilent, clock: opened.clock, log });
  return {
    handleRequest: http.handleRequest,
    calls: createBrokerCalls({ ...services, gateways, admissions, tracking, log }),
    setup: createSetup({ ...services, db: opened.db }),
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
