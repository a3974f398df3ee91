/**
 * How a gateway proves who it is: what is signed, where it stands in the request, and the shapes of registration.
 *
 * The signed text names this one TLS connection (RFC 9266) and the certificate that the broker showed on it, so that a
 * proof can neither be sent again nor handed on by someone in the middle. Signing and checking are the planes' own.
 */
import { z } from "zod";
import { displayNameSchema } from "./api/common.ts";
import { ticketSchema } from "./ticket.ts";

/** On the broker's own port. */
export const LINK_PATH = "/gateway/link";
export const REGISTRATION_PATH = "/gateway/registration";

/** No header of a viewer's request that begins so is ever passed on. */
export const OWN_HEADER_PREFIX = "deskgate-";
export const LINK_HEADERS = {
  gateway: "deskgate-gateway",
  timestamp: "deskgate-timestamp",
  nonce: "deskgate-nonce",
  signature: "deskgate-signature",
  version: "deskgate-version",
} as const;
/** On requests that a gateway passes on. The broker believes the viewer's address only beside a pass that it gave out itself. */
export const PASS_HEADERS = {
  gateway: "deskgate-gateway",
  pass: "deskgate-pass",
  viewerAddress: "deskgate-viewer-address",
} as const;

/** LIMIT: how far a gateway's clock may be from the broker's; a nonce is remembered for twice as long. */
export const MAX_CLOCK_SKEW_MS = 60_000;

/** RFC 9266 §2: what both ends of one TLS 1.3 connection can derive and nobody else. */
export const CHANNEL_BINDING_LABEL = "EXPORTER-Channel-Binding";
export const CHANNEL_BINDING_BYTES = 32;

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const versionSchema = z.string().max(50);
/** 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5). */
export const publicKeySchema = base64url.length(43);
/** 64 bytes of an Ed25519 signature. */
const signatureSchema = base64url.length(86);

export const linkProofSchema = z.object({
  gatewayId: z.string().min(1).max(100),
  timestampMs: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  nonce: base64url.min(16).max(64),
  signature: signatureSchema,
  version: versionSchema,
});
export type LinkProof = z.infer<typeof linkProofSchema>;

/** The connection that a proof is for, as its two ends see it. */
export interface ProvenConnection {
  /** SHA-256 of the broker's certificate, in hexadecimal. */
  readonly fingerprint: string;
  readonly channelBinding: string;
}

export function linkProofText(
  { gatewayId, timestampMs, nonce, version }: Omit<LinkProof, "signature">,
  { fingerprint, channelBinding }: ProvenConnection,
): string {
  const lines = [gatewayId, String(timestampMs), nonce, version, fingerprint, channelBinding];
  return ["deskgate link 1", ...lines].join("\n");
}

export const registrationSchema = z.strictObject({
  secret: ticketSchema,
  publicKey: publicKeySchema,
  /** What the gateway calls itself, where the code names none. */
  name: displayNameSchema,
  version: versionSchema,
  /** Made with the private key that belongs to `publicKey`. */
  signature: signatureSchema,
});
export type Registration = z.infer<typeof registrationSchema>;

export function registrationText(
  { secret, publicKey, name }: Pick<Registration, "secret" | "publicKey" | "name">,
  { fingerprint, channelBinding }: ProvenConnection,
): string {
  return ["deskgate registration 1", secret, publicKey, name, fingerprint, channelBinding].join("\n");
}

export const registrationReplySchema = z.object({ gatewayId: z.string().min(1).max(100), name: z.string() });
