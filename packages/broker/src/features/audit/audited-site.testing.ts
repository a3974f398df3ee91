/**
 * A site at which every change is asked for twice: once while it cannot be recorded, when nothing may happen, and once
 * for good, when its record must be there. Not part of the program.
 */
import type { Route } from "@deskgate/contract";
import { expect } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { dialectOf } from "../../store/dialects/settings.ts";
import { MIGRATIONS } from "../../store/migrations/registry.ts";
import { readTables } from "../../store/population.testing.ts";
import { shapeOf, type TableShape } from "../../store/schema-shape.ts";
import { type LastingDatabase, newLastingDatabase } from "../../store/testing.ts";
import {
  type Answer,
  furnish,
  openTestBroker,
  TEST_FINGERPRINT,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";
import type { AuditRecord } from "./chain.ts";

export interface Asked {
  readonly by?: TestBrowser;
  /** Who the record says it was. */
  readonly actorName?: string;
  readonly id?: string;
  /** What else the path names. */
  readonly other?: string;
  readonly query?: string;
  readonly body?: unknown;
  /** The first record's own words. */
  readonly record: { readonly action: string } & Readonly<Record<string, unknown>>;
  /** Why the change may be there without its record, where a program dies between the two. */
  readonly apartBecause?: string;
}

interface Parts {
  readonly lasting: LastingDatabase;
  readonly broker: TestBroker;
  readonly side: Database;
  readonly shape: readonly TableShape[];
  readonly people: Awaited<ReturnType<typeof furnish>>;
}

export class AuditedSite {
  readonly broker: TestBroker;
  /** Another hand on the same database. */
  readonly side: Database;
  readonly people: Awaited<ReturnType<typeof furnish>>;
  readonly #lasting: LastingDatabase;
  readonly #shape: readonly TableShape[];
  /** What was asked for. */
  readonly #seen = new Set<Route>();

  private constructor({ lasting, broker, side, shape, people }: Parts) {
    this.broker = broker;
    this.side = side;
    this.people = people;
    this.#lasting = lasting;
    this.#shape = shape;
  }

  static async open(): Promise<AuditedSite> {
    const lasting = await newLastingDatabase();
    const broker = await openTestBroker({
      database: lasting.settings,
      linkFingerprint: () => TEST_FINGERPRINT,
    });
    const side = await openDatabase(dialectOf(lasting.settings));
    const shape = await shapeOf(MIGRATIONS);
    const people = await furnish(broker);
    return new AuditedSite({ lasting, broker, side, shape, people });
  }

  async close(): Promise<void> {
    await this.broker.close();
    await this.side.destroy();
    await this.#lasting.remove();
  }

  wasAsked(route: Route): boolean {
    return this.#seen.has(route);
  }

  /** Changes nothing while it cannot be recorded; then it is done, and its record is there. Returns the reply. */
  async told(route: Route, asked: Asked) {
    this.#seen.add(route);
    const { by = this.people.admin, actorName = "admin", record } = asked;
    const path = pathOf(route, asked);
    const ask = () => by.api(route.method, path, asked.body);
    if (asked.apartBecause === undefined) await this.#expectNothingUnrecorded(route, ask);
    const { sequence: before } = await this.broker.broker.audit.head();
    const answer = await ask();
    expect([route.path, Math.floor(answer.status / 100)]).toEqual([route.path, 2]);
    const { items } = (await this.people.admin.api("GET", "/audit?limit=50")).body;
    const ofThis = items.filter(({ sequence }: AuditRecord) => before < sequence);
    const told = ofThis.find(({ action }: AuditRecord) => action === record.action);
    expect(told).toMatchObject({ actorName, address: "127.0.0.1", outcome: "ok", ...record });
    return answer.body;
  }

  async #expectNothingUnrecorded(route: Route, ask: () => Promise<Answer>): Promise<void> {
    const head = await this.side.deleteFrom("auditHead").returningAll().executeTakeFirstOrThrow();
    const before = await this.#written();
    const { status } = await ask();
    expect([route.path, status]).toEqual([route.path, 500]);
    expect(await this.#written()).toEqual(before);
    await this.side.insertInto("auditHead").values(head).execute();
  }

  /** All that is written, but for the curve, which the broker itself adds to every few minutes. */
  async #written() {
    const { session_samples: _, ...tables } = await readTables(this.side, this.#shape);
    return tables;
  }
}

function pathOf(route: Route, { id = "", other = "", query = "" }: Asked): string {
  return `${route.path.replace(/:id\b/, id).replace(/:\w+/, other)}${query}`;
}
