/**
 * "Why can't they connect?": the way of another person to a desktop, walked hop by hop, and the machine probed as a
 * connection would dial it.
 *
 * INVARIANT: nothing changes by it.
 */
import { DeskgateError, END_REASONS, ERRORS, type Explanation, type Protocol } from "@deskgate/contract";
import { type HopResult, type Walk, type Way, walk } from "../../domain/choosing.ts";
import type { Clock } from "../../domain/clock.ts";
import type { FactsStore, WayProber } from "./ports.ts";

interface ExplainDeps {
  readonly store: FactsStore;
  readonly gateways: WayProber;
  readonly clock: Clock;
}

interface Asked {
  readonly userId: string;
  readonly poolId: string;
  readonly protocol: Protocol | undefined;
  readonly address: string | undefined;
}

interface Probed {
  readonly hop: HopResult;
  readonly isReachable: boolean;
  readonly sentence: string;
}

export class ExplainService {
  readonly #deps: ExplainDeps;

  constructor(deps: ExplainDeps) {
    this.#deps = deps;
  }

  async explain({ userId, poolId, protocol, address }: Asked): Promise<Explanation> {
    const { store, gateways, clock } = this.#deps;
    const facts = await store.readFacts({
      ...{ userId, poolId, wanted: protocol, address },
      ...{ gateways: gateways.listReady(), at: clock.now() },
    });
    if (!facts?.user) throw new DeskgateError("not_found");
    // The first of equals: asked twice, it says the same.
    const walked = walk(facts, () => 0);
    if ("refused" in walked.outcome) return refusedBy(walked, walked.outcome.refused);
    if ("wakes" in walked.outcome) return startingBy(walked, walked.outcome.wakes);
    const { way } = walked.outcome;
    const { hop, isReachable, sentence } = await this.#probe(way);
    return {
      outcome: isReachable ? "would-connect" : "target_unreachable",
      sentence,
      machineName: way.machine.name,
      hops: [...walked.hops, hop],
    };
  }

  async #probe({ machine, protocol, gateway }: Way): Promise<Probed> {
    const target = await this.#deps.store.findTarget(machine.id, protocol);
    // Removed since the walk.
    if (!target) throw new DeskgateError("not_found");
    const { isReachable, tookMs, detail, reason } = await this.#deps.gateways.probeBy(
      gateway.id,
      target,
      protocol,
    );
    const by = `${protocol} by gateway ${gateway.name}`;
    if (isReachable) {
      const sentence = `${machine.name} answers after ${Math.round(tookMs)} ms.`;
      return { hop: { hop: "probe", verdict: "ok", sentence, detail: by }, isReachable, sentence: "" };
    }
    const told = END_REASONS[reason ?? "target_unreachable"].sentence;
    const sentence = `${machine.name} does not answer as a desktop should.`;
    const said = detail === "" ? by : `${by}: ${detail}`;
    return { hop: { hop: "probe", verdict: "failed", sentence, detail: said }, isReachable, sentence: told };
  }
}

function startingBy({ hops }: Walk, { machine }: Way): Explanation {
  const sentence = "The machine would be started first.";
  const probe = { hop: "probe", verdict: "skipped", sentence, detail: machine.name } as const;
  const outcome = "machine_starting";
  return { outcome, sentence: ERRORS[outcome].message, machineName: machine.name, hops: [...hops, probe] };
}

function refusedBy(
  { hops }: Walk,
  refused: Exclude<Explanation["outcome"], "would-connect" | "target_unreachable">,
) {
  const probe = { hop: "probe", verdict: "skipped", sentence: "Not looked at.", detail: "" } as const;
  const sentence = refused === "user_disabled" ? ERRORS.not_signed_in.message : ERRORS[refused].message;
  return { outcome: refused, sentence, machineName: null, hops: [...hops, probe] };
}
