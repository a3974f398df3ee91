/** What every protocol of the gateway offers: one folder each, the same file names, one line in `registry.ts`. */
import type { Admission, EndReason } from "@deskgate/contract";
import type { Dialled } from "../admission/dial-target.ts";
import type { JudgeIdentity } from "../admission/judge-identity.ts";
import type { Leg } from "../relay/leg.ts";
import type { TargetTls } from "../transport/tls-client.ts";
import type { Connection } from "../transport/transport.ts";

/** The legs at the point where plain copying may begin, or why it may not. */
export type Opened =
  | {
      readonly viewer: Leg;
      readonly target: Leg;
      /** Passes on what either side has sent already; called right before the copying begins, which it may prevent. */
      readonly passOnEarly: () => Failed | undefined;
    }
  | Failed;

interface Failed {
  readonly failed: EndReason;
  readonly detail: string;
}

export interface OpenContext {
  readonly admission: Admission;
  readonly viewer: Leg;
  /** Connected to the admission's target. */
  readonly target: Connection;
  /** One deadline for everything before the copying. */
  readonly signal: AbortSignal;
  /** For protocols whose machines show a certificate or a host key. */
  readonly judgeIdentity: JudgeIdentity;
  /** For protocols that speak TLS to the machine. */
  readonly targetTls: TargetTls;
  /** Another connection to the same target, for protocols that must begin anew. Whoever asks for it closes it. */
  readonly dialAgain: () => Promise<Dialled>;
}

export type ProbeOutcome = { readonly failed?: EndReason; readonly detail: string };

export interface ProtocolHandler {
  /** Says what has to be said on both legs before bytes may flow. Never rejects; closes nothing. */
  open(context: OpenContext): Promise<Opened>;
  /** Asks a machine just enough to know that it speaks this protocol. Never rejects; closes nothing. */
  probe(target: Connection, signal: AbortSignal): Promise<ProbeOutcome>;
}
