/** The broker's end of the link: what gateways ask and tell, handed to the features that know. */
import type { BrokerCalls, Log } from "@deskgate/contract";
import type { AdmissionService } from "../features/desktops/admission.ts";
import type { GatewayRoster } from "../features/gateways/roster.ts";
import type { IdentitiesService } from "../features/machines/identities.ts";
import type { ConnectionTracking } from "../features/sessions/tracking.ts";
import type { Gateways } from "./gateways.ts";

interface BrokerCallsDeps {
  readonly gateways: Gateways;
  readonly roster: Pick<GatewayRoster, "seen">;
  readonly admissions: AdmissionService;
  readonly identities: IdentitiesService;
  readonly tracking: ConnectionTracking;
  readonly log: Log;
}

export function createBrokerCalls(deps: BrokerCallsDeps): BrokerCalls {
  const { gateways, roster, admissions, identities, tracking, log } = deps;
  return {
    register: async ({ gatewayId, openConnectionIds }) => {
      await tracking.registered(gatewayId, openConnectionIds);
      gateways.registered(gatewayId);
      await roster.seen(gatewayId);
      log.info({ gatewayId, count: openConnectionIds.length }, "Gateway registered");
      return {};
    },
    admit: ({ gatewayId, ticketHash }) => admissions.redeem(gatewayId, ticketHash),
    judgeIdentity: async (shown) => ({ verdict: await identities.judge(shown) }),
    connectionOpened: async (opened) => {
      await tracking.opened(opened);
      return {};
    },
    tunnelsRefused: async (refused) => {
      await admissions.recordRefused(refused);
      return {};
    },
    connectionClosed: async (closed) => {
      await tracking.closed(closed);
      return {};
    },
    report: async ({ gatewayId, connections }) => {
      gateways.reported(gatewayId, connections);
      await roster.seen(gatewayId);
      await tracking.reported(
        gatewayId,
        connections.map(({ connectionId }) => connectionId),
      );
      return {};
    },
  };
}
