/**
 * RDP in the browser: the web client speaks RDCleanPath, so the gateway does X.224 and TLS for it.
 *
 * The machine's certificate is judged before anything secret leaves. With a stored credential the gateway signs in
 * itself (CredSSP, or by rewriting the client's info), and the browser never sees it; typed ones go through. After that
 * the client's first messages are rewritten where it needs it, and policy is applied to the clipboard.
 */
import type { EndReason } from "@deskgate/contract";
import {
  type AccountRefusal,
  encodeCleanPathResponse,
  RDP_SECURITY,
  RdpPassage,
  withSelectedProtocol,
} from "@deskgate/wire";
import { converse } from "../../relay/converse.ts";
import type { Leg } from "../../relay/leg.ts";
import { TcpLeg } from "../../relay/tcp-leg.ts";
import type { SecuredConnection } from "../../transport/tls-client.ts";
import type { OpenContext, Opened, ProbeOutcome, ProtocolHandler } from "../protocol.ts";
import { beginSignIn, type SignInState } from "./credssp.ts";
import {
  type Failure,
  isFailure,
  type Negotiated,
  negotiate,
  probeNegotiation,
  tellFailure,
} from "./negotiate.ts";
import { PassageLeg } from "./passage-leg.ts";
import { splitUsername } from "./username.ts";
import { readViewerRequest, type ViewerRequest } from "./viewer-request.ts";

export const rdp: ProtocolHandler = { open, probe: (target, signal) => probe(target, signal) };

/** The client only wants an address that parses; where the machine really is, is none of its business. */
const SHOWN_ADDRESS = "127.0.0.1:3389";

async function open(context: OpenContext): Promise<Opened> {
  const request = await readViewerRequest(context.viewer, context.signal);
  if (isFailure(request)) return request;
  const negotiated = await negotiate(context, request);
  if (isFailure(negotiated)) return negotiated;
  const secured = await secure(context);
  if (isFailure(secured)) {
    tellFailure(context.viewer);
    return secured;
  }
  const failure = await signIn(context, negotiated, secured);
  if (failure) {
    tellFailure(context.viewer);
    return failure;
  }
  return join(context, { request, negotiated, secured });
}

/** TLS, and the verdict on the certificate. */
async function secure(context: OpenContext): Promise<SecuredConnection | Failure> {
  const { admission, target, targetTls, signal } = context;
  let secured: SecuredConnection;
  try {
    secured = await targetTls.start(target, { host: admission.target.host, signal });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "failed";
    return { failed: "target_protocol_error", detail: `TLS with the machine: ${why}` };
  }
  const { fingerprint, description, isAuthorityVerified } = secured;
  const shown = { kind: "certificate", fingerprint, description, isAuthorityVerified } as const;
  return (await context.judgeIdentity(shown)) ?? secured;
}

function usesStored({ admission }: OpenContext): boolean {
  return admission.credentialMode === "stored";
}

/** By CredSSP, where the machine selected it and the credential is here. */
async function signIn(
  context: OpenContext,
  { protocol }: Negotiated,
  { connection, certificates }: SecuredConnection,
): Promise<Failure | undefined> {
  if (!usesStored(context) || protocol !== RDP_SECURITY.credssp) return undefined;
  const { credential, target } = context.admission;
  const [certificate] = certificates;
  const begun =
    certificate &&
    beginSignIn({ credential: splitUsername(credential), host: target.host, certificate, usesSpnego: false });
  if (!begun) return { failed: "target_protocol_error", detail: "machine's key cannot be bound to" };
  const { conversation, greeting } = begun;
  const outcome = await converse(new TcpLeg(connection), conversation, { signal: context.signal, greeting });
  if ("broken" in outcome)
    return outcome.broken === "gone"
      ? { failed: "target_authentication_failed", detail: "machine hung up during the sign-in" }
      : { failed: "target_protocol_error", detail: outcome.detail };
  return signInFailure(outcome.state);
}

const ACCOUNT_REASONS: Readonly<Record<AccountRefusal, EndReason>> = {
  locked: "target_account_locked",
  disabled: "target_account_disabled",
  expired: "target_account_expired",
  "password-expired": "target_password_expired",
  denied: "target_sign_in_denied",
};

const SIGN_IN_REASONS: Readonly<Record<"protocol" | "credential" | AccountRefusal, EndReason>> = {
  ...ACCOUNT_REASONS,
  protocol: "target_protocol_error",
  credential: "target_authentication_failed",
};

function signInFailure(state: SignInState): Failure | undefined {
  return state.at === "failed" ? { failed: SIGN_IN_REASONS[state.because], detail: state.detail } : undefined;
}

/** Answers the viewer, and puts the passage between the legs. */
function join(
  context: OpenContext,
  parts: {
    readonly request: ViewerRequest;
    readonly negotiated: Negotiated;
    readonly secured: SecuredConnection;
  },
): Opened {
  const { viewer, admission } = context;
  const { request, negotiated, secured } = parts;
  const isStored = usesStored(context);
  const viewerSignsIn = negotiated.protocol === RDP_SECURITY.credssp && !isStored;
  const passage = new RdpPassage({
    settings: {
      wants32Bits: request.hint.needsTrueColour,
      keyboardLayout: request.hint.keyboardLayout,
      selectedProtocol: negotiated.protocol,
    },
    info: {
      credential: isStored ? splitUsername(admission.credential) : undefined,
      asksForSignIn: admission.credentialMode !== "none",
    },
    policy: admission.policy,
    viewerSignsIn,
  });
  const x224 = viewerSignsIn
    ? negotiated.confirm
    : withSelectedProtocol(negotiated.confirm, RDP_SECURITY.tls);
  const response = encodeCleanPathResponse({
    ...{ x224, certificates: secured.certificates, serverAddress: SHOWN_ADDRESS },
  });
  const credential = isStored ? "target_authentication_failed" : "credential_refused";
  const reasons = { ...ACCOUNT_REASONS, credential, licence: "target_licence" } as const;
  return {
    viewer: new PassageLeg(viewer, {
      passage: passage.toMachine,
      isMachine: false,
      reasons: { ...reasons, protocol: "viewer_protocol_error" },
    }),
    target: new PassageLeg(new TcpLeg(secured.connection), {
      passage: passage.toViewer,
      isMachine: true,
      reasons: { ...reasons, protocol: "target_protocol_error" },
    }),
    passOnEarly: () => {
      sendWhole(viewer, response);
      return undefined;
    },
  };
}

function sendWhole(leg: Leg, bytes: Uint8Array): void {
  leg.send(bytes, 0, bytes.length, true);
}

async function probe(target: OpenContext["target"], signal: AbortSignal): Promise<ProbeOutcome> {
  const negotiated = await probeNegotiation(new TcpLeg(target), signal);
  return isFailure(negotiated) ? negotiated : { detail: `machine speaks RDP with ${negotiated.name}` };
}
