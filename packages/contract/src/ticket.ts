/**
 * The shape of a ticket: the secret a viewer shows at the gateway.
 *
 * Lower-case base32 (RFC 4648 §6 without padding), because SPICE clients lower-case host names and a ticket may travel
 * as one. 26 characters carry 130 bits. Only its SHA-256 is ever stored or sent over the link.
 */
import { z } from "zod";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
export const TICKET_CHARACTERS = 26;
/** Random bytes that {@link encodeTicket} needs. */
export const TICKET_RANDOM_BYTES = 17;
/** How long a ticket may wait for its viewer. */
export const TICKET_LIFETIME_MS = 60_000;
/** The WebSocket sub-protocol that carries a ticket is this prefix and the ticket; the gateway answers with {@link TUNNEL_SUBPROTOCOL}. */
export const TICKET_SUBPROTOCOL_PREFIX = "deskgate.ticket.";
export const TUNNEL_SUBPROTOCOL = "binary";
/** Where browser viewers open their tunnels. Nothing but the ticket is accepted there: no query, no destination. */
export const TUNNEL_PATH = "/tunnel";

export const ticketSchema = z.string().regex(/^[a-z2-7]{26}$/);
/** SHA-256 of a ticket, in hexadecimal. */
export const ticketHashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** Spells random bytes as a ticket. `random` holds {@link TICKET_RANDOM_BYTES} bytes from a cryptographic source. */
export function encodeTicket(random: Uint8Array): string {
  if (random.length < TICKET_RANDOM_BYTES)
    throw new RangeError(`a ticket needs ${TICKET_RANDOM_BYTES} random bytes`);
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && text.length < TICKET_CHARACTERS) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return text;
}
