/** Handlers of the sign-in and account routes. */
import type { SignedIn, SignInOrigin } from "../../features/sign-in/service.ts";
import type { Client, Handlers } from "../handler.ts";
import { meReply, timeReply } from "../replies.ts";
import type { Services } from "../services.ts";

type SignInRoutes =
  | "getStatus"
  | "signInWithPassword"
  | "signInWithLink"
  | "createBearerToken"
  | "signOut"
  | "getMe"
  | "setMyPassword"
  | "keepMyPassword"
  | "forgetMyPassword";

export function signInHandlers(
  { signIn, account, events }: Services,
  version: string,
): Pick<Handlers, SignInRoutes> {
  return {
    getStatus: async () => ({ name: "deskgate", version }),
    signInWithPassword: async ({ body, client }) =>
      withCookie(client, await signIn.withPassword(body, originOf(client))),
    signInWithLink: async ({ body, client }) =>
      withCookie(client, await signIn.withLink(body.secret, originOf(client))),
    createBearerToken: async ({ body, client }) => {
      const { token, expiresAt } = await signIn.withPassword(body, {
        ...originOf(client),
        previousToken: undefined,
      });
      return { token: token.reveal(), expiresAt: timeReply(expiresAt) };
    },
    signOut: async ({ caller, client }) => {
      await signIn.signOut(caller, client.address);
      events.checkListeners();
      client.clearCookieToken();
      return undefined;
    },
    getMe: async ({ caller }) => meReply(caller),
    setMyPassword: async ({ caller, body, client }) => {
      const { currentPassword, newPassword } = body;
      await account.setPassword(caller, { currentPassword, newPassword }, client.address);
      return undefined;
    },
    keepMyPassword: async ({ caller, body, client }) => {
      await account.keepPassword(caller, body.password, client.address);
      return undefined;
    },
    forgetMyPassword: async ({ caller, client }) => {
      await account.forgetPassword(caller, client.address);
      return undefined;
    },
  };
}

function originOf({ address, userAgent, cookieToken }: Client): SignInOrigin {
  return { address, userAgent, previousToken: cookieToken };
}

function withCookie(client: Client, { token, expiresAt, caller }: SignedIn) {
  client.setCookieToken(token.reveal(), expiresAt);
  return meReply(caller);
}
