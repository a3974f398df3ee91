/**
 * SPICE in the browser: one tunnel per channel, all with the same ticket (see admission/reservations.ts).
 *
 * The gateway is the server of the viewer's link and the client of the machine's: a stored password is put into the
 * machine's ticket here, and the viewer's own ticket, which only the gateway's key opens, is not looked at. Without a
 * stored one, what the person typed is passed on from ticket to ticket. After the link the streams are the same.
 */
import type { Admission, EndReason } from "@deskgate/contract";
import {
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
} from "@deskgate/wire";
import type { Leg } from "../../relay/leg.ts";
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
  return {
    viewer,
    target: linked.leg,
    passOnEarly: () => {
      pass(viewer, encodeLinkResult(result));
      pass(viewer, takeRest());
      pass(linked.leg, shown.takeRest());
    },
  };
}

function pass(leg: Leg, bytes: Uint8Array): void {
  if (0 < bytes.length) leg.send(bytes, 0, bytes.length, true);
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
