/** X.224 with the machine: which security it wants, or why there is no way. */
import type { EndReason } from "@deskgate/contract";
import {
  type ConnectionConfirm,
  encodeCleanPathError,
  encodeConnectionRequest,
  RDP_SECURITY,
  readConnectionConfirm,
} from "@deskgate/wire";
import { type Conversation, converse } from "../../relay/converse.ts";
import type { Leg } from "../../relay/leg.ts";
import { TcpLeg } from "../../relay/tcp-leg.ts";
import type { OpenContext } from "../protocol.ts";
import type { ViewerRequest } from "./viewer-request.ts";

export interface Failure {
  readonly failed: EndReason;
  readonly detail: string;
}

export function isFailure(outcome: object): outcome is Failure {
  return "failed" in outcome;
}

export interface Negotiated {
  readonly protocol: number;
  /** For people. */
  readonly name: string;
  /** The machine's confirm, a whole TPKT. */
  readonly confirm: Uint8Array;
}

type ConfirmState =
  | { readonly at: "waiting" }
  | { readonly at: "read"; readonly confirm: ConnectionConfirm; readonly packet: Uint8Array };

const AWAIT_CONFIRM: Conversation<ConfirmState> = {
  begin: { at: "waiting" },
  advance: (state, bytes) => {
    const confirm = readConnectionConfirm(bytes);
    if (confirm.at === "more") return { next: state, consumed: 0 };
    const size = confirm.at === "refused" ? 0 : confirm.size;
    return { next: { at: "read", confirm, packet: bytes.slice(0, size) }, consumed: size };
  },
  isOver: ({ at }) => at === "read",
};

/** What is asked of the machine: never the early answer of HYBRID_EX, whose four bytes some clients do not know. */
function wantedProtocols({ admission }: OpenContext, { protocols }: ViewerRequest): number {
  const isStored = admission.credentialMode === "stored";
  const { username = "", password = "" } = admission.credential;
  if (isStored) return username === "" || password === "" ? RDP_SECURITY.tls : ALL;
  return admission.credentialMode === "prompt" ? (protocols & ALL) | RDP_SECURITY.tls : RDP_SECURITY.tls;
}

const ALL = RDP_SECURITY.tls | RDP_SECURITY.credssp;
/** HYBRID_REQUIRED_BY_SERVER and SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER: it wants to know who comes first. */
const WANTS_CREDENTIAL: readonly number[] = [5, 6];

/** Never rejects. Tells the viewer's client what the machine said where there is no way. */
export async function negotiate(context: OpenContext, request: ViewerRequest): Promise<Negotiated | Failure> {
  const { viewer, signal, target, admission } = context;
  const protocols = wantedProtocols(context, request);
  const outcome = await ask(new TcpLeg(target), protocols, signal);
  if (isFailure(outcome)) {
    tellFailure(viewer);
    return outcome;
  }
  const { confirm, packet } = outcome;
  const failure = refusalIn(confirm, admission.credentialMode === "none");
  if (failure) {
    if (0 < packet.length) tell(viewer, encodeCleanPathError({ kind: "negotiation", x224: packet }));
    else tellFailure(viewer);
    return failure;
  }
  const protocol = confirm.at === "selected" ? confirm.protocol : 0;
  if (protocol !== RDP_SECURITY.tls && (protocol & protocols) !== RDP_SECURITY.credssp) {
    tellFailure(viewer);
    return { failed: "target_protocol_error", detail: `machine selected protocol ${protocol} unasked` };
  }
  return { protocol, name: nameOf(protocol), confirm: packet };
}

/** Asks a machine for anything it knows. */
export async function probeNegotiation(
  target: Leg,
  signal: AbortSignal,
): Promise<{ readonly name: string } | Failure> {
  const outcome = await ask(target, ALL, signal);
  if (isFailure(outcome)) return outcome;
  const { confirm } = outcome;
  return refusalIn(confirm, false) ?? { name: nameOf(confirm.at === "selected" ? confirm.protocol : 0) };
}

async function ask(
  target: Leg,
  protocols: number,
  signal: AbortSignal,
): Promise<Extract<ConfirmState, { readonly at: "read" }> | Failure> {
  const greeting = encodeConnectionRequest({ cookieName: "deskgate", protocols });
  const outcome = await converse(target, AWAIT_CONFIRM, { signal, greeting });
  if ("broken" in outcome) {
    const { broken, detail } = outcome;
    if (broken === "deadline")
      return { failed: "target_protocol_error", detail: `machine does not answer RDP: ${detail}` };
    // Machines that speak something else hang up at the sight of X.224.
    return { failed: "target_protocol_error", detail };
  }
  if (outcome.state.at !== "read") return { failed: "target_protocol_error", detail: "no confirm" };
  if (0 < outcome.takeRest().length)
    return { failed: "target_protocol_error", detail: "machine sent more than its confirm" };
  return outcome.state;
}

function refusalIn(confirm: ConnectionConfirm, isWithoutCredential: boolean): Failure | undefined {
  switch (confirm.at) {
    case "selected":
    case "more":
      return undefined;
    case "refused":
      return { failed: "target_protocol_error", detail: confirm.why };
    case "old-security":
      return {
        failed: "target_protocol_refused",
        detail: "machine offers neither TLS nor network level authentication",
      };
    case "failed": {
      const wantsCredential = isWithoutCredential && WANTS_CREDENTIAL.includes(confirm.code);
      const failed = wantsCredential ? "credential_needed" : "target_protocol_refused";
      return { failed, detail: `machine refused: ${confirm.name}` };
    }
  }
}

function nameOf(protocol: number): string {
  return protocol === RDP_SECURITY.tls ? "TLS" : "network level authentication";
}

/** The close code says why; without this message the client would call it a broken network. */
export function tellFailure(viewer: Leg): void {
  tell(viewer, encodeCleanPathError({ kind: "general", httpStatus: 502 }));
}

function tell(viewer: Leg, message: Uint8Array): void {
  viewer.send(message, 0, message.length, true);
}
