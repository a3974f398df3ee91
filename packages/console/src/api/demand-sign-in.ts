/** The guard of every page that needs a signed-in person: who it is, or off to the sign-in page and back afterwards. */
import { type Me, ROUTES } from "@deskgate/contract";
import type { QueryClient } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { meQuery } from "./account.ts";
import { isApiError } from "./api-error.ts";
import { call } from "./call.ts";

export async function demandSignIn(queryClient: QueryClient, address: string): Promise<Me> {
  const known = queryClient.getQueryData(meQuery.queryKey);
  if (known) return known;
  try {
    // Not through the cache: its error handler would send us here again.
    const me = await call(ROUTES.getMe);
    queryClient.setQueryData(meQuery.queryKey, me);
    return me;
  } catch (error) {
    if (!isApiError(error, "not_signed_in")) throw error;
    throw redirect({ to: "/sign-in", search: address === "/" ? {} : { from: address } });
  }
}
