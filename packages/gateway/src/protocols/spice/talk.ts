/** One turn of a SPICE link on a leg: say something, wait for the answer, be sure that nobody spoke out of turn. */
import type { EndReason } from "@deskgate/contract";
import type { Reading } from "@deskgate/wire";
import { type Conversation, converse } from "../../relay/converse.ts";
import type { Leg } from "../../relay/leg.ts";

export interface Failure {
  readonly failed: EndReason;
  readonly detail: string;
}

type Turn<Value> =
  | { readonly at: "waiting" }
  | { readonly at: "over"; readonly value: Value }
  | { readonly at: "failed"; readonly reason: string };

export type Heard<Value> =
  | { readonly value: Value; readonly takeRest: () => Uint8Array }
  | { readonly broken: "gone" | "violation" | "deadline"; readonly detail: string };

/** Never rejects. */
export async function hear<Value>(
  leg: Leg,
  read: (bytes: Uint8Array) => Reading<Value>,
  options: { readonly signal: AbortSignal; readonly greeting?: Uint8Array },
): Promise<Heard<Value>> {
  const conversation: Conversation<Turn<Value>> = {
    begin: { at: "waiting" },
    advance: (state, bytes) => {
      if (state.at !== "waiting") return { next: state, consumed: 0 };
      const reading = read(bytes);
      switch (reading.at) {
        case "wanting":
          return { next: state, consumed: 0 };
        case "read":
          return { next: { at: "over", value: reading.value }, consumed: reading.size };
        case "malformed":
          return { next: { at: "failed", reason: reading.reason }, consumed: 0 };
      }
    },
    isOver: (state) => state.at !== "waiting",
  };
  const outcome = await converse(leg, conversation, options);
  if ("broken" in outcome) return outcome;
  const { state, takeRest } = outcome;
  if (state.at === "over") return { value: state.value, takeRest };
  return { broken: "violation", detail: state.at === "failed" ? state.reason : "nothing was said" };
}

/** {@link hear} in the middle of a link, where the other side must wait for us. */
export async function hearOnly<Value>(...args: Parameters<typeof hear<Value>>): Promise<Heard<Value>> {
  const heard = await hear(...args);
  if ("broken" in heard || heard.takeRest().length === 0) return heard;
  return { broken: "violation", detail: "spoke out of turn" };
}

export function viewerFailure({
  broken,
  detail,
}: Extract<Heard<unknown>, { readonly broken: string }>): Failure {
  return { failed: broken === "violation" ? "viewer_protocol_error" : "viewer_lost", detail };
}

const MACHINE_REASONS = {
  gone: "target_lost",
  deadline: "target_unreachable",
  violation: "target_protocol_error",
} as const satisfies Record<string, EndReason>;

export function machineFailure({
  broken,
  detail,
}: Extract<Heard<unknown>, { readonly broken: string }>): Failure {
  return { failed: MACHINE_REASONS[broken], detail };
}
