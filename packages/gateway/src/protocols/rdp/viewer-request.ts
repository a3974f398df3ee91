/** The viewer's first message: an RDCleanPath request with an X.224 connection request in it. */
import { parseConnectionRequest, readCleanPathRequest, type ViewerHint } from "@deskgate/wire";
import { type Conversation, converse } from "../../relay/converse.ts";
import type { Leg } from "../../relay/leg.ts";
import type { Failure } from "./negotiate.ts";

export interface ViewerRequest {
  /** RDP_NEG_REQ.requestedProtocols. */
  readonly protocols: number;
  readonly hint: ViewerHint;
}

type RequestState =
  | { readonly at: "waiting" }
  | { readonly at: "read"; readonly request: ViewerRequest }
  | { readonly at: "refused"; readonly why: string };

const AWAIT_REQUEST: Conversation<RequestState> = {
  begin: { at: "waiting" },
  advance: (state, bytes) => {
    const reading = readCleanPathRequest(bytes);
    if (reading.at === "more") return { next: state, consumed: 0 };
    if (reading.at === "refused") return { next: reading, consumed: 0 };
    const parsed = parseConnectionRequest(reading.x224);
    if (!parsed) return { next: { at: "refused", why: "no X.224 connection request" }, consumed: 0 };
    const request = { protocols: parsed.protocols, hint: reading.hint };
    return { next: { at: "read", request }, consumed: reading.size };
  },
  isOver: ({ at }) => at !== "waiting",
};

export async function readViewerRequest(viewer: Leg, signal: AbortSignal): Promise<ViewerRequest | Failure> {
  const outcome = await converse(viewer, AWAIT_REQUEST, { signal });
  if ("broken" in outcome)
    return {
      failed: outcome.broken === "violation" ? "viewer_protocol_error" : "viewer_lost",
      detail: outcome.detail,
    };
  if (outcome.state.at !== "read") {
    const detail = outcome.state.at === "refused" ? outcome.state.why : "no request";
    return { failed: "viewer_protocol_error", detail };
  }
  // The client waits for the answer; whoever does not is no client of ours.
  return outcome.takeRest().length === 0
    ? outcome.state.request
    : { failed: "viewer_protocol_error", detail: "viewer did not wait for the answer" };
}
