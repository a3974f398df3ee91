/**
 * The link to the machine: in clear, or over TLS where the port speaks nothing else.
 *
 * A SPICE client speaks first, so a port that only speaks TLS is known by hanging up, or by its alert. It is dialled
 * anew then, the same target as before, and its certificate is judged before any ticket leaves. So is speaking in clear:
 * a machine that had a certificate once is not believed without one.
 */
import { CLEAR_IDENTITY } from "@deskgate/contract";
import {
  encodeLinkRequest,
  encodeTicketMessage,
  hasAuthSelection,
  type LinkReply,
  type LinkRequest,
  readLinkReply,
  readLinkResult,
  SPICE_CHANNEL,
  SPICE_LINK,
  takesTicket,
} from "@deskgate/wire";
import { TcpLeg } from "../../relay/tcp-leg.ts";
import type { Connection } from "../../transport/transport.ts";
import type { OpenContext } from "../protocol.ts";
import { type Failure, hear, hearOnly, machineFailure } from "./talk.ts";
import { sealTicket } from "./ticket.ts";

export interface MachineLink {
  readonly leg: TcpLeg;
  readonly reply: LinkReply;
}

type Wanted = Pick<
  OpenContext,
  "target" | "signal" | "admission" | "judgeIdentity" | "targetTls" | "dialAgain"
>;

/** Asks for the channel; what it returns is open, unless it is a failure. */
export async function askMachine(request: LinkRequest, context: Wanted): Promise<MachineLink | Failure> {
  const inClear = await ask(request, context.target, context.signal);
  // No ticket leaves in clear where the machine is known by a certificate, or has to be.
  if (!("broken" in inClear)) return (await context.judgeIdentity(CLEAR_IDENTITY)) ?? judgeReply(inClear);
  const mayBeTls = inClear.broken !== "deadline";
  const secured = mayBeTls ? await dialSecured(context) : undefined;
  if (!secured) return linkFailure(inClear);
  if ("failed" in secured) return secured;
  const answered = await ask(request, secured, context.signal);
  const linked = "broken" in answered ? linkFailure(answered) : judgeReply(answered);
  if ("failed" in linked) secured.abort();
  return linked;
}

/** Machines that speak something else hang up at the sight of a link. */
function linkFailure(heard: Parameters<typeof machineFailure>[0]): Failure {
  const failure = machineFailure(heard);
  return failure.failed === "target_lost" ? { ...failure, failed: "target_protocol_error" } : failure;
}

/** Shows the ticket; the machine's verdict, and what it said after it. */
export async function signInToMachine(
  { leg, reply }: MachineLink,
  {
    password,
    asked,
    signal,
  }: { readonly password: string; readonly asked: LinkRequest; readonly signal: AbortSignal },
): Promise<{ readonly result: number; readonly takeRest: () => Uint8Array } | Failure> {
  const mayChoose = hasAuthSelection(reply) && hasAuthSelection(asked);
  if (mayChoose && !takesTicket(reply))
    return { failed: "target_protocol_refused", detail: "machine takes no SPICE ticket" };
  const ticket = sealTicket(password, reply.publicKey);
  if (!ticket) return { failed: "target_protocol_error", detail: "machine's key cannot be used" };
  const greeting = encodeTicketMessage(ticket, mayChoose);
  const verdict = await hear(leg, readLinkResult, { signal, greeting });
  return "broken" in verdict
    ? machineFailure(verdict)
    : { result: verdict.value, takeRest: verdict.takeRest };
}

async function ask(request: LinkRequest, connection: Connection, signal: AbortSignal) {
  // On all other channels viewers answer by themselves, which is no sign of a person.
  const leg = new TcpLeg(connection, { isBackground: request.channelType !== SPICE_CHANNEL.inputs });
  const heard = await hearOnly(leg, readLinkReply, { signal, greeting: encodeLinkRequest(request) });
  return "broken" in heard ? heard : { leg, reply: heard.value };
}

function judgeReply(link: MachineLink): MachineLink | Failure {
  const { error } = link.reply;
  if (error === SPICE_LINK.ok) return link;
  const why =
    error === SPICE_LINK.needSecured ? "machine wants TLS, at its other port" : `link error ${error}`;
  return { failed: "target_protocol_refused", detail: why };
}

/** `undefined`: it does not speak TLS either. */
async function dialSecured({
  admission,
  signal,
  judgeIdentity,
  targetTls,
  dialAgain,
}: Wanted): Promise<Connection | Failure | undefined> {
  const dialled = await dialAgain();
  if ("failed" in dialled) return dialled;
  try {
    const { host } = admission.target;
    const secured = await targetTls.start(dialled.connection, { host, signal });
    const { connection, fingerprint, description, isAuthorityVerified } = secured;
    const distrusted = await judgeIdentity({
      kind: "certificate",
      fingerprint,
      description,
      isAuthorityVerified,
    });
    if (distrusted) connection.abort();
    return distrusted ?? connection;
  } catch {
    dialled.connection.abort();
    return undefined;
  }
}
