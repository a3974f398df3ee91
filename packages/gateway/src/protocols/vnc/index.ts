/**
 * VNC in the browser: noVNC speaks RFB through the tunnel.
 *
 * Where the machine's password is stored, the gateway signs in to the machine itself and offers the viewer security type
 * None, so that the browser never sees the password. Without one, RFB passes untouched from the first byte and the
 * viewer signs in by itself. After the handshake the streams are the same, whatever versions were spoken.
 * Where policy closes a direction of the clipboard, every message is looked at on its way; otherwise none is.
 */
import type { EndReason, Policy } from "@deskgate/contract";
import {
  advanceClient,
  advanceServer,
  type ByteGate,
  type ByteGates,
  CLIENT_BEGIN,
  type ClientState,
  parseVersion,
  RfbClipboardGate,
  SERVER_BEGIN,
  SERVER_GREETING,
  type ServerState,
  VERSION_BYTES,
  watchedFromHandshake,
} from "@deskgate/wire";
import { type Conversation, type Conversed, converse } from "../../relay/converse.ts";
import { GatedLeg } from "../../relay/gated-leg.ts";
import type { Leg } from "../../relay/leg.ts";
import type { Legs } from "../../relay/splice.ts";
import { TcpLeg } from "../../relay/tcp-leg.ts";
import type { OpenContext, Opened, ProbeOutcome, ProtocolHandler } from "../protocol.ts";
import { answerChallenge } from "./vnc-password.ts";

export const vnc: ProtocolHandler = { open, probe };

type Failure = Extract<Opened, { readonly failed: EndReason }>;

async function open({ admission, viewer, target, signal }: OpenContext): Promise<Opened> {
  const targetLeg = new TcpLeg(target);
  const { password } = admission.credential;
  const gates = gatesFor(admission.policy);
  if (password === undefined) {
    const legs = gated({ viewer, target: targetLeg }, gates && watchedFromHandshake(gates));
    return { ...legs, passOnEarly: () => undefined };
  }
  const [ofTarget, ofViewer] = await Promise.all([
    converse(targetLeg, signInToMachine(password), { signal }),
    converse(viewer, GREET_VIEWER, { signal, greeting: SERVER_GREETING }),
  ]);
  const failure = targetFailure(ofTarget) ?? viewerFailure(ofViewer);
  if (failure) return failure;
  return {
    ...gated({ viewer, target: targetLeg }, gates),
    passOnEarly: () => {
      const rest = (of: typeof ofTarget | typeof ofViewer) =>
        "takeRest" in of ? of.takeRest() : new Uint8Array(0);
      const ofMachine = sendRest(viewer, rest(ofTarget), gates?.toViewer);
      if (ofMachine !== undefined) return { failed: "target_protocol_error", detail: ofMachine };
      const ofPerson = sendRest(targetLeg, rest(ofViewer), gates?.toMachine);
      return ofPerson === undefined ? undefined : { failed: "viewer_protocol_error", detail: ofPerson };
    },
  };
}

/** What the gate has against it, if anything. */
function sendRest(leg: Leg, rest: Uint8Array, gate: ByteGate | undefined): string | undefined {
  const send = (bytes: Uint8Array) => leg.send(bytes, 0, bytes.length, true);
  if (rest.length === 0) return undefined;
  if (gate) return gate.push(rest, (bytes) => send(bytes.slice()));
  send(rest);
  return undefined;
}

/** `undefined` where nothing is forbidden. */
function gatesFor({ clipboardToMachine, clipboardFromMachine }: Policy): ByteGates | undefined {
  if (clipboardToMachine && clipboardFromMachine) return undefined;
  return new RfbClipboardGate({ clipboardToMachine, clipboardFromMachine });
}

function gated(legs: Legs, gates: ByteGates | undefined): Legs {
  if (!gates) return legs;
  return {
    viewer: new GatedLeg(legs.viewer, { gate: gates.toMachine, refusal: "viewer_protocol_error" }),
    target: new GatedLeg(legs.target, { gate: gates.toViewer, refusal: "target_protocol_error" }),
  };
}

/** Always shared: the gateway must not throw out others who look at the same machine. */
function signInToMachine(password: string): Conversation<ClientState> {
  const options = {
    isShared: true,
    answerChallenge: (challenge: Uint8Array) => answerChallenge(challenge, password),
  };
  return {
    begin: CLIENT_BEGIN,
    advance: (state, bytes) => advanceClient(state, bytes, options),
    isOver: (state) => state.at === "agreed" || state.at === "failed",
  };
}

const GREET_VIEWER: Conversation<ServerState> = {
  begin: SERVER_BEGIN,
  advance: (state, bytes) => advanceServer(state, bytes, { type: "none" }),
  isOver: (state) => state.at === "agreed" || state.at === "failed",
};

function targetFailure(outcome: Conversed<ClientState>): Failure | undefined {
  if ("broken" in outcome) {
    const failed =
      outcome.broken === "gone"
        ? "target_lost"
        : outcome.broken === "deadline"
          ? "target_unreachable"
          : "target_protocol_error";
    return { failed, detail: outcome.detail };
  }
  if (outcome.state.at !== "failed") return undefined;
  const isPassword = outcome.state.failure === "authentication-failed";
  return {
    failed: isPassword ? "target_authentication_failed" : "target_protocol_error",
    detail: `${outcome.state.failure}: ${printable(outcome.state.reason)}`,
  };
}

function viewerFailure(outcome: Conversed<ServerState>): Failure | undefined {
  if ("broken" in outcome)
    return {
      failed: outcome.broken === "violation" ? "viewer_protocol_error" : "viewer_lost",
      detail: outcome.detail,
    };
  return outcome.state.at === "failed"
    ? { failed: "viewer_protocol_error", detail: outcome.state.failure }
    : undefined;
}

/** A machine's words go to the log: no control characters, not too many. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
}

type GreetingState = { readonly at: "waiting" } | { readonly at: "over"; readonly isRfb: boolean };

const AWAIT_GREETING: Conversation<GreetingState> = {
  begin: { at: "waiting" },
  advance: (state, bytes) =>
    bytes.length < VERSION_BYTES
      ? { next: state, consumed: 0 }
      : { next: { at: "over", isRfb: parseVersion(bytes) !== undefined }, consumed: VERSION_BYTES },
  isOver: (state) => state.at === "over",
};

async function probe(target: OpenContext["target"], signal: AbortSignal): Promise<ProbeOutcome> {
  const outcome = await converse(new TcpLeg(target), AWAIT_GREETING, { signal });
  if ("broken" in outcome) return { failed: "target_protocol_error", detail: outcome.detail };
  const isRfb = outcome.state.at === "over" && outcome.state.isRfb;
  return isRfb
    ? { detail: "machine speaks rfb" }
    : { failed: "target_protocol_error", detail: "machine does not speak rfb" };
}
