/** Handlers of the desktop, session, connection, explain and overview routes. */
import { TUNNEL_PATH } from "@deskgate/contract";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import {
  desktopReply,
  overviewReply,
  ownConnectionReply,
  sessionReply,
  storyEventReply,
  timeReply,
} from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type SessionRoutes =
  | "listDesktops"
  | "connectDesktop"
  | "endDesktopSession"
  | "setFavourite"
  | "getConnection"
  | "listSessions"
  | "getSession"
  | "getSessionStory"
  | "sendSessionMessage"
  | "killSession"
  | "explain"
  | "getOverview";

export function sessionHandlers(services: Services): Pick<Handlers, SessionRoutes> {
  const { desktops, sessions, explain, overview } = services;
  return {
    listDesktops: async ({ caller, client }) => ({
      items: (await desktops.list(caller, client.address)).map(desktopReply),
    }),
    connectDesktop: async ({ params, body, caller, client }) => {
      const asked = { poolId: params.id, protocol: body.protocol, address: client.address };
      const { ticket, expiresAt, ...opened } = await desktops.connect(caller, asked);
      const reply = {
        ...opened,
        policy: { ...opened.policy },
        ticket: ticket.reveal(),
        tunnelPath: TUNNEL_PATH,
      };
      return { ...reply, expiresAt: timeReply(expiresAt) };
    },
    endDesktopSession: async ({ params, caller, client }) => {
      await desktops.endOwn(actorOf(caller, client), caller.userId, params.id);
      return undefined;
    },
    setFavourite: async ({ params, body, caller }) => {
      await desktops.setFavourite(caller, params.id, body.isFavourite);
      return undefined;
    },
    getConnection: async ({ params, caller }) =>
      ownConnectionReply(await sessions.findConnection(caller, params.id)),
    listSessions: async ({ query }) => {
      const { from, to, ...filter } = query;
      const times = { from: momentOf(from), to: momentOf(to) };
      return pageReply(
        query,
        await sessions.list(pageRequestOf(query), { ...filter, ...times }),
        sessionReply,
      );
    },
    getSession: async ({ params }) => sessionReply(await sessions.find(params.id)),
    getSessionStory: async ({ params }) => ({
      items: (await sessions.readStory(params.id)).map(storyEventReply),
    }),
    sendSessionMessage: async ({ params, body, caller, client }) => {
      const message = { sessionId: params.id, text: body.text };
      return { id: await sessions.sendMessage(caller, actorOf(caller, client), message) };
    },
    killSession: async ({ params, caller, client }) => {
      await sessions.kill(actorOf(caller, client), params.id);
      return undefined;
    },
    explain: async ({ query: { user, pool, protocol, address } }) =>
      explain.explain({ userId: user, poolId: pool, protocol, address }),
    getOverview: async () => overviewReply(await overview.read()),
  };
}

function momentOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
