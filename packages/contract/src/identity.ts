/** How a machine proves to be the one that was meant: its TLS certificate or its SSH host key. */
import { z } from "zod";
import { protocolSchema } from "./admission.ts";

/**
 * `first-use`: the first identity seen counts from then on. `pinned`: only what an administrator accepted counts.
 * `authority`: a certificate that an authority vouches for counts, whatever was seen before; anything else as if pinned.
 */
export const TRUST_MODES = ["first-use", "pinned", "authority"] as const;
export const trustSchema = z.enum(TRUST_MODES);
export type Trust = z.infer<typeof trustSchema>;

/** `clear`: the machine shows nothing and speaks without encryption, where its protocol leaves it the choice. */
export const identityKindSchema = z.enum(["certificate", "host-key", "clear"]);
export type IdentityKind = z.infer<typeof identityKindSchema>;

/** SHA-256 of the certificate's DER, or of the host key's blob as SSH sends it. */
export const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What is judged of a machine that speaks in clear, so that one which had a certificate cannot lose it unnoticed: to a
 * machine in the middle, taking the encryption away is easier than forging a certificate.
 */
export const CLEAR_IDENTITY = {
  kind: "clear",
  fingerprint: "0".repeat(64),
  description: "No certificate: the machine speaks without encryption",
  isAuthorityVerified: false,
} as const;

export const shownIdentitySchema = z.object({
  machineId: z.uuid(),
  protocol: protocolSchema,
  kind: identityKindSchema,
  fingerprint: fingerprintSchema,
  /** Subject, issuer and validity, or the key's type: for the administrator who has to decide. */
  description: z.string().max(500),
  /** Whether an authority that the gateway trusts vouches for the certificate and the machine's name. */
  isAuthorityVerified: z.boolean(),
});
export type ShownIdentity = z.infer<typeof shownIdentitySchema>;

/** `changed`: another one was accepted before. `unverified`: none was accepted yet, and this one may not be by itself. */
export const identityVerdictSchema = z.enum(["trusted", "changed", "unverified"]);
export type IdentityVerdict = z.infer<typeof identityVerdictSchema>;
