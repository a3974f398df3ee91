/** The site at a glance. */
import { ERROR_CODES, ERRORS, type Overview, SAMPLE_INTERVAL_MS, SAMPLES_SHOWN_MS } from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import type { GatewayList, OverviewStore, Refusal, SessionSample } from "./ports.ts";

const REFUSALS_SHOWN = 20;

interface OverviewDeps {
  readonly store: OverviewStore;
  readonly gateways: GatewayList;
  readonly clock: Clock;
}

type ShownOverview = Omit<Overview, "sessionsCurve" | "refusals"> & {
  readonly sessionsCurve: readonly SessionSample[];
  readonly refusals: readonly (Refusal & { readonly sentence: string })[];
};

export class OverviewService {
  readonly #deps: OverviewDeps;

  constructor(deps: OverviewDeps) {
    this.#deps = deps;
  }

  async read(): Promise<ShownOverview> {
    const { store, gateways, clock } = this.#deps;
    const refusals = await store.listRefusals(REFUSALS_SHOWN);
    return {
      ...(await store.countLive()),
      sessionsCurve: await store.listSamples(clock.now() - SAMPLES_SHOWN_MS),
      machinesByState: await store.countMachines(),
      gateways: named(await store.listGateways(), gateways.listAll()),
      refusals: refusals.map((refusal) => ({ ...refusal, sentence: sentenceOf(refusal.code) })),
    };
  }

  /** Once per interval, however often it is called. */
  sample(): Promise<void> {
    const now = this.#deps.clock.now();
    return this.#deps.store.sample(now - (now % SAMPLE_INTERVAL_MS));
  }
}

/** Each that is known, there or not; by its id where the database does not know it. */
function named(
  known: Awaited<ReturnType<OverviewStore["listGateways"]>>,
  attached: ReturnType<GatewayList["listAll"]>,
): Overview["gateways"] {
  const names = new Map(known.map(({ id, name }) => [id, name]));
  const there = attached.map(({ id, isReady, connections }) => {
    const state = isReady ? ("ready" as const) : ("silent" as const);
    return { id, name: names.get(id) ?? id, state, connections };
  });
  const ids = new Set(attached.map(({ id }) => id));
  const away = known.filter(({ id }) => !ids.has(id));
  return [...there, ...away.map((gateway) => ({ ...gateway, state: "away" as const, connections: 0 }))].sort(
    (one, other) => (one.name < other.name ? -1 : 1),
  );
}

/** A code of an older version has no sentence any more. */
function sentenceOf(code: string): string {
  const known = ERROR_CODES.find((one) => one === code);
  return known === undefined ? "" : ERRORS[known].message;
}
