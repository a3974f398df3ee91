/** Who is signed in, and signing in and out. */
import { type Me, ROUTES } from "@deskgate/contract";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "./call.ts";
import { showAnnouncementAgain } from "./site.ts";
import { useChange } from "./use-change.ts";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => call(ROUTES.getMe, { signal }),
  staleTime: 30_000,
});

export function useSignInWithPassword() {
  const remember = useRememberMe();
  return useMutation({
    mutationFn: (credentials: { name: string; password: string }) =>
      call(ROUTES.signInWithPassword, { body: credentials }),
    onSuccess: remember,
  });
}

export function useSignInWithLink() {
  const remember = useRememberMe();
  return useMutation({
    mutationFn: (secret: string) => call(ROUTES.signInWithLink, { body: { secret } }),
    onSuccess: remember,
  });
}

/** Ends the sign-in; what this person saw leaves the memory with it. */
export function useSignOut() {
  return useMutation({ mutationFn: () => call(ROUTES.signOut) });
}

export function useSetMyPassword() {
  return useChange(
    (passwords: { currentPassword?: string; newPassword: string }) =>
      call(ROUTES.setMyPassword, { body: passwords }),
    meQuery.queryKey,
  );
}

/** For machines that take the person's own; see the route. */
export function keepMyPassword(password: string) {
  return call(ROUTES.keepMyPassword, { body: { password } });
}

export function forgetMyPassword() {
  return call(ROUTES.forgetMyPassword);
}

function useRememberMe() {
  const queryClient = useQueryClient();
  return (me: Me) => {
    // Another person may have used this tab before.
    queryClient.clear();
    showAnnouncementAgain();
    queryClient.setQueryData(meQuery.queryKey, me);
  };
}
