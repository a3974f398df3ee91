/** The cache between pages and API: when to ask again, and what a refused sign-in means anywhere. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isApiError, isPassing } from "./api-error.ts";

const RETRIES = 2;

export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isApiError(error, "not_signed_in")) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < RETRIES && isPassing(error),
        // The browser's idea of "offline" is about the internet; Deskgate often runs without one.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
