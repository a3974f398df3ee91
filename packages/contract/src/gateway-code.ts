/**
 * The one-time code that registers a gateway: a secret, and the fingerprint of the certificate that the broker will show,
 * so that the very first connection is verified already.
 */
import { ticketSchema } from "./ticket.ts";

/** How long a code may wait for its gateway. */
export const GATEWAY_CODE_LIFETIME_MS = 15 * 60_000;

const PREFIX = "dgc1";
const SHAPE = /^dgc1-([a-z2-7]{26})-([0-9a-f]{64})$/;

export interface GatewayCode {
  /** Spelled like a ticket. */
  readonly secret: string;
  /** SHA-256 of the broker's certificate, in hexadecimal. */
  readonly fingerprint: string;
}

export function formatGatewayCode({ secret, fingerprint }: GatewayCode): string {
  const text = `${PREFIX}-${ticketSchema.parse(secret)}-${fingerprint}`;
  if (!SHAPE.test(text)) throw new RangeError("not a fingerprint");
  return text;
}

/** The parts of a code, or `undefined` where the text is none. Blanks around it are forgiven. */
export function parseGatewayCode(text: string): GatewayCode | undefined {
  const [, secret, fingerprint] = SHAPE.exec(text.trim()) ?? [];
  return secret === undefined || fingerprint === undefined ? undefined : { secret, fingerprint };
}
