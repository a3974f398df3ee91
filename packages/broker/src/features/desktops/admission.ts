/** Tickets turned into admissions, for gateways that hold no reservation. */
import type { Admission, TicketRefusal } from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import { machinePasswordPlace, type Sealing } from "../../domain/sealing.ts";
import { DEFAULT_LIMITS } from "../../domain/session.ts";
import type { ClaimedConnection, TicketStore } from "./ports.ts";

/** Unseals the machine's password: what the gateway answers when the machine asks. */
export function admissionOf(connection: ClaimedConnection, sealing: Sealing): Admission {
  const { sealedPassword, ...rest } = connection;
  const place = machinePasswordPlace(connection.machineId, connection.protocol);
  const credential =
    sealedPassword === undefined ? {} : { password: sealing.open(sealedPassword, place).reveal() };
  return { ...rest, credential, limits: DEFAULT_LIMITS };
}

interface AdmissionDeps {
  readonly tickets: TicketStore;
  readonly sealing: Sealing;
  readonly clock: Clock;
}

export class AdmissionService {
  readonly #deps: AdmissionDeps;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  async redeem(
    gatewayId: string,
    ticketHash: string,
  ): Promise<{ readonly admission: Admission } | { readonly refused: TicketRefusal }> {
    const { tickets, sealing, clock } = this.#deps;
    const redeemed = await tickets.redeem({ ticketHash, gatewayId, at: clock.now() });
    return "refused" in redeemed ? redeemed : { admission: admissionOf(redeemed, sealing) };
  }
}
