/** Handlers of the desktop, session and connection routes. */
import { TUNNEL_PATH } from "@deskgate/contract";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { connectionReply, desktopReply, sessionReply, timeReply } from "../replies.ts";
import type { Services } from "../services.ts";

type SessionRoutes = "listDesktops" | "connectDesktop" | "getConnection" | "listSessions" | "killSession";

export function sessionHandlers({ desktops, sessions }: Services): Pick<Handlers, SessionRoutes> {
  return {
    listDesktops: async ({ caller }) => ({ items: (await desktops.list(caller)).map(desktopReply) }),
    connectDesktop: async ({ params, body, caller }) => {
      const { ticket, expiresAt, ...opened } = await desktops.connect(caller, params.id, body.protocol);
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
    listSessions: async ({ query }) => {
      const { from, to, ...filter } = query;
      const times = { from: from && Date.parse(from), to: to && Date.parse(to) };
      const page = await sessions.list(pageRequestOf(query), {
        ...filter,
        from: times.from || undefined,
        to: times.to || undefined,
      });
      return pageReply(query, page, sessionReply);
    },
    killSession: async ({ params, caller }) => {
      await sessions.kill(caller, params.id);
      return undefined;
    },
  };
}
