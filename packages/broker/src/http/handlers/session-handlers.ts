/** Handlers of the desktop, session and connection routes. */
import { TUNNEL_PATH } from "@deskgate/contract";
import type { Handlers } from "../handler.ts";
import { connectionReply, desktopReply, sessionReply, timeReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type SessionRoutes = "listDesktops" | "connectDesktop" | "getConnection" | "listSessions" | "killSession";

export function sessionHandlers({ desktops, sessions }: Services): Pick<Handlers, SessionRoutes> {
  return {
    listDesktops: async ({ caller, client }) => ({
      items: (await desktops.list(caller, client.address)).map(desktopReply),
    }),
    connectDesktop: async ({ params, body, caller, client }) => {
      const wanted = { poolId: params.id, protocol: body.protocol, address: client.address };
      const { ticket, expiresAt, ...opened } = await desktops.connect(caller, wanted);
      const reply = {
        ...opened,
        policy: { ...opened.policy },
        ticket: ticket.reveal(),
        tunnelPath: TUNNEL_PATH,
      };
      return { ...reply, expiresAt: timeReply(expiresAt) };
    },
    getConnection: async ({ params, caller }) =>
      connectionReply(await sessions.findConnection(caller, params.id)),
    listSessions: async ({ query }) => ({ items: (await sessions.list(query.state)).map(sessionReply) }),
    killSession: async ({ params, caller, client }) => {
      await sessions.kill(actorOf(caller, client), params.id);
      return undefined;
    },
  };
}
