/** A ticket becomes an admission: by reservation, or by asking the broker over the link; otherwise it is refused. */
import { hash } from "node:crypto";
import type { BrokerCalls, ErrorCode } from "@deskgate/contract";
import type { Redeemed, Reservations } from "./reservations.ts";

export type Admitted = Redeemed | { readonly refused: ErrorCode; readonly cause?: unknown };

export interface AdmitContext {
  readonly gatewayId: string;
  readonly reservations: Reservations;
  readonly broker: Pick<BrokerCalls, "admit">;
}

const ASK_DEADLINE_MS = 5_000;

/** Redeems `ticket`. Never rejects; a broker that does not answer is a refusal of its own. */
export async function admit(ticket: string, context: AdmitContext): Promise<Admitted> {
  const ticketHash = hash("sha256", ticket);
  const known = context.reservations.redeem(ticketHash);
  if (typeof known === "string") return { refused: known };
  if (known) return known;
  return askBroker(ticketHash, context);
}

async function askBroker(
  ticketHash: string,
  { broker, gatewayId, reservations }: AdmitContext,
): Promise<Admitted> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const deadline = setTimeout(() => reject(new Error("broker did not answer in time")), ASK_DEADLINE_MS);
  try {
    const reply = await Promise.race([broker.admit({ gatewayId, ticketHash }), late]);
    if ("refused" in reply) return { refused: reply.refused };
    reservations.begin(ticketHash, reply.admission);
    return { admission: reply.admission, isFurther: false };
  } catch (cause) {
    return { refused: "link_unavailable", cause };
  } finally {
    clearTimeout(deadline);
  }
}
