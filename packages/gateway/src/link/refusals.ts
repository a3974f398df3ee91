/**
 * Tells the broker of tunnels that were refused, for its audit. One message at a time: what is refused meanwhile waits
 * for the next, and what is more than that is only counted.
 */
import { type BrokerCalls, type Log, MAX_REFUSALS_TOLD, type TunnelRefusal } from "@deskgate/contract";

export type TellRefusal = (refusal: TunnelRefusal) => void;

export function createRefusalTeller(parts: {
  readonly gatewayId: string;
  readonly broker: Pick<BrokerCalls, "tunnelsRefused">;
  readonly log: Log;
}): TellRefusal {
  const { gatewayId, broker, log } = parts;
  let waiting: TunnelRefusal[] = [];
  let omitted = 0;
  let isBusy = false;
  const send = async () => {
    isBusy = true;
    while (0 < waiting.length) {
      const message = { gatewayId, refusals: waiting, omitted };
      waiting = [];
      omitted = 0;
      await broker.tunnelsRefused(message).catch((cause: unknown) => {
        log.error({ gatewayId, cause, count: message.refusals.length }, "Broker not told of refused tunnels");
      });
    }
    isBusy = false;
  };
  return (refusal) => {
    if (waiting.length < MAX_REFUSALS_TOLD) waiting.push(refusal);
    else omitted += 1;
    if (!isBusy) void send();
  };
}
