/**
 * SPICE in the browser: one tunnel per channel, all with the same ticket (see admission/reservations.ts).
 *
 * The gateway is the server of the viewer's link and the client of the machine's: a stored password is put into the
 * machine's ticket here, and the viewer's own ticket, which only the gateway's key opens, is not looked at. Without a
 * stored one, what the person typed is passed on from ticket to ticket. After the link the streams are the same.
 */
import type { Admission, EndReason } from "@deskgate/contract";
import {
  type ByteGate,
  type ByteGates,
  encodeLinkReply,
  encodeLinkRequest,
  encodeLinkResult,
  hasAuthSelection,
  type LinkRequest,
  readLinkReply,
  readLinkRequest,
  readTicket,
  SPICE_CHANNEL,
  SPICE_COMMON_CAPABILITY,
  SPICE_LINK,
  spiceAgentGates,
} from "@deskgate/wire";
import { GatedLeg } from "../../relay/gated-leg.ts";
import type { Leg } from "../../relay/leg.ts";
import type { Legs } from "../../relay/splice.ts";
import { TcpLeg } from "../../relay/tcp-leg.ts";
import type { OpenContext, Opened, ProbeOutcome, ProtocolHandler } from "../protocol.ts";
import { askMachine, type MachineLink, signInToMachine } from "./machine-link.ts";
import { type Failure, hear, hearOnly, machineFailure, viewerFailure } from "./talk.ts";
import { MAX_PASSWORD_BYTES, makeTicketKey, openTicket, type TicketKey } from "./ticket.ts";

/** One key for all viewers, made when the first one comes. */
export function createSpice(): ProtocolHandler {
  let key: Promise<TicketKey> | undefined;
  return {
    open: async (context) => {
      key ??= makeTicketKey();
      return open(context, await key);
    },
    probe,
  };
}

async function open(context: OpenContext, key: TicketKey): Promise<Opened> {
  const { viewer, signal } = context;
  const asked = await hearOnly(viewer, readLinkRequest, { signal });
  if ("broken" in asked) return viewerFailure(asked);
  if (isForbiddenChannel(context.admission, asked.value))
    return { failed: "policy_refused", detail: "channel for folders is closed by policy" };
  const linked = await askMachine(asked.value, context);
  if ("failed" in linked) return linked;
  const joined = await signIn(context, { key, asked: asked.value, linked });
  // What was dialled anew is not known to whoever ends the first connection.
  if ("failed" in joined) linked.leg.abort();
  return joined;
}

async function signIn(
  { viewer, admission, signal }: OpenContext,
  {
    key,
    asked,
    linked,
  }: { readonly key: TicketKey; readonly asked: LinkRequest; readonly linked: MachineLink },
): Promise<Opened> {
  const hasMechanism = hasAuthSelection(asked) && hasAuthSelection(linked.reply);
  const greeting = encodeLinkReply({ ...linked.reply, publicKey: key.publicKey });
  const shown = await hear(viewer, (bytes) => readTicket(bytes, hasMechanism), { signal, greeting });
  if ("broken" in shown) return viewerFailure(shown);
  const password = passwordOf(admission, openTicket(shown.value, key));
  if (password === undefined)
    return { failed: "viewer_protocol_error", detail: "viewer's ticket cannot be opened" };
  if (MAX_PASSWORD_BYTES < Buffer.byteLength(password)) return refused(admission, "password is too long");
  const verdict = await signInToMachine(linked, { password, asked, signal });
  if ("failed" in verdict) return verdict;
  const { result, takeRest } = verdict;
  if (result === SPICE_LINK.permissionDenied) return refused(admission, "machine refused the ticket");
  if (result !== SPICE_LINK.ok)
    return { failed: "target_protocol_refused", detail: `machine's verdict is ${result}` };
  const gates = gatesFor(admission, asked, linked);
  return {
    ...gated({ viewer, target: linked.leg }, gates),
    passOnEarly: () => {
      pass(viewer, encodeLinkResult(result), undefined);
      const ofMachine = pass(viewer, takeRest(), gates?.toViewer);
      if (ofMachine !== undefined) return { failed: "target_protocol_error", detail: ofMachine };
      const ofPerson = pass(linked.leg, shown.takeRest(), gates?.toMachine);
      return ofPerson === undefined ? undefined : { failed: "viewer_protocol_error", detail: ofPerson };
    },
  };
}

/** Shared folders travel by channels of their own, in both directions. */
function isForbiddenChannel({ policy }: Admission, { channelType }: LinkRequest): boolean {
  const isForFiles = channelType === SPICE_CHANNEL.port || channelType === SPICE_CHANNEL.webdav;
  return isForFiles && !(policy.filesToMachine && policy.filesFromMachine);
}

/** What the gate has against it, if anything. */
function pass(leg: Leg, bytes: Uint8Array, gate: ByteGate | undefined): string | undefined {
  const send = (piece: Uint8Array) => leg.send(piece, 0, piece.length, true);
  if (bytes.length === 0) return undefined;
  if (gate) return gate.push(bytes, send);
  send(bytes);
  return undefined;
}

/** The agent speaks on the main channel only. `undefined` where nothing is forbidden. */
function gatesFor({ policy }: Admission, asked: LinkRequest, { reply }: MachineLink): ByteGates | undefined {
  const isOpen = policy.clipboardToMachine && policy.clipboardFromMachine && policy.filesToMachine;
  if (isOpen || asked.channelType !== SPICE_CHANNEL.main) return undefined;
  const areMini = [asked, reply].every(
    ({ common: [word = 0] }) => (word & SPICE_COMMON_CAPABILITY.miniHeader) !== 0,
  );
  return spiceAgentGates(policy, areMini ? "mini" : "full");
}

function gated(legs: Legs, gates: ByteGates | undefined): Legs {
  if (!gates) return legs;
  return {
    viewer: new GatedLeg(legs.viewer, { gate: gates.toMachine, refusal: "viewer_protocol_error" }),
    target: new GatedLeg(legs.target, { gate: gates.toViewer, refusal: "target_protocol_error" }),
  };
}

function passwordOf(
  { credentialMode, credential }: Admission,
  typed: string | undefined,
): string | undefined {
  return credentialMode === "stored" ? (credential.password ?? "") : typed;
}

const REFUSALS: Readonly<Record<Admission["credentialMode"], EndReason>> = {
  none: "credential_needed",
  stored: "target_authentication_failed",
  prompt: "credential_refused",
};

function refused({ credentialMode }: Admission, detail: string): Failure {
  return { failed: REFUSALS[credentialMode], detail };
}

async function probe(target: OpenContext["target"], signal: AbortSignal): Promise<ProbeOutcome> {
  const request: LinkRequest = {
    ...{ connectionId: 0, channelType: SPICE_CHANNEL.main, channelId: 0, channel: [] },
    common: [SPICE_COMMON_CAPABILITY.authSelection | SPICE_COMMON_CAPABILITY.miniHeader],
  };
  const greeting = encodeLinkRequest(request);
  const heard = await hearOnly(new TcpLeg(target), readLinkReply, { signal, greeting });
  if ("broken" in heard) {
    const { failed, detail } = machineFailure(heard);
    // A port that only speaks TLS hangs up; whether it is one is found out by the first connection.
    return { failed: failed === "target_lost" ? "target_protocol_error" : failed, detail };
  }
  return { detail: "machine speaks spice" };
}
