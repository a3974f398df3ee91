/** What runs here and how it is. Asks everything anew, and changes nothing. */
import type { Clock } from "../../domain/clock.ts";
import type { GatewayRoster, GatewayView } from "../gateways/roster.ts";
import type { DatabaseFacts, DatabaseReader, ProgramFacts, ReadProgram } from "./ports.ts";

interface AboutDeps {
  readonly store: DatabaseReader;
  readonly roster: Pick<GatewayRoster, "list">;
  readonly readProgram: ReadProgram;
  readonly version: string;
  readonly clock: Clock;
}

export interface Health {
  readonly database: DatabaseFacts;
  readonly gateways: readonly GatewayView[];
  readonly program: ProgramFacts;
}

export class AboutService {
  readonly #deps: AboutDeps;
  readonly #startedAt: number;

  constructor(deps: AboutDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
  }

  readProgram(): { readonly version: string; readonly startedAt: number; readonly uptimeMs: number } {
    const { version, clock } = this.#deps;
    return {
      version,
      startedAt: this.#startedAt,
      // A clock may be set back.
      uptimeMs: Math.max(0, clock.now() - this.#startedAt),
    };
  }

  async readHealth(): Promise<Health> {
    const { store, roster, readProgram } = this.#deps;
    return {
      database: await store.readDatabase(),
      gateways: await roster.list(),
      program: await readProgram(),
    };
  }
}
