/**
 * SSH in the browser: the SSH ends here, at the gateway. The viewer gets a terminal and the machine's files through a
 * framing of our own (docs/protocols/ssh-tunnel.md); keys, passwords and host keys never reach it.
 */
import { type Conversation, converse } from "../../relay/converse.ts";
import { TcpLeg } from "../../relay/tcp-leg.ts";
import type { OpenContext, Opened, ProbeOutcome, ProtocolHandler } from "../protocol.ts";
import { printable } from "./machine-text.ts";
import { SignIn } from "./sign-in.ts";
import { SshConnection } from "./ssh-connection.ts";
import { SshLeg } from "./ssh-leg.ts";

export const ssh: ProtocolHandler = { open, probe };

/** Up to the judged host key. Signing in, which may take a person's answers, goes on inside the leg. */
async function open({ admission, viewer, target, signal, judgeIdentity }: OpenContext): Promise<Opened> {
  const signIn = new SignIn(admission);
  const connection = new SshConnection(target, signIn.handler);
  const shown = await connection.keyExchange(signal);
  if ("failed" in shown) return shown;
  const distrusted = await judgeIdentity(shown);
  if (distrusted) return distrusted;
  return { viewer, target: new SshLeg(connection, signIn, admission.policy), passOnEarly: () => undefined };
}

type GreetingState = { readonly at: "waiting" } | { readonly at: "over"; readonly greeting: string };

/** LIMIT: a machine may say other lines first (RFC 4253 §4.2). */
const MAX_GREETING_BYTES = 8_192;

const AWAIT_GREETING: Conversation<GreetingState> = {
  begin: { at: "waiting" },
  advance: (state, bytes) => {
    const text = Buffer.from(bytes.subarray(0, MAX_GREETING_BYTES)).toString("latin1");
    const greeting = /^SSH-[12][.][0-9]+-[^\r\n]*(?=\r?\n)/m.exec(text)?.[0];
    if (greeting === undefined && bytes.length < MAX_GREETING_BYTES) return { next: state, consumed: 0 };
    return { next: { at: "over", greeting: greeting ?? "" }, consumed: bytes.length };
  },
  isOver: (state) => state.at === "over",
};

async function probe(target: OpenContext["target"], signal: AbortSignal): Promise<ProbeOutcome> {
  const outcome = await converse(new TcpLeg(target), AWAIT_GREETING, { signal });
  if ("broken" in outcome) return { failed: "target_protocol_error", detail: outcome.detail };
  const greeting = outcome.state.at === "over" ? outcome.state.greeting : "";
  return greeting === ""
    ? { failed: "target_protocol_error", detail: "machine does not speak ssh" }
    : { detail: `machine speaks ${printable(greeting)}` };
}
