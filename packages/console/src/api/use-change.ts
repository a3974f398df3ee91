/** A change of something on the server, after which the lists that show it are asked for again. */
import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";

/** A change that may name the version it rests on. */
export type Conditional<Input> = Input & { readonly ifVersion?: number };

/** A thing as somebody saw it who then asks for its end. */
export interface Seen {
  readonly id: string;
  readonly version: number;
}

/** Names what was seen: what somebody else changed meanwhile is not removed unseen. */
export function asSeen({ id, version }: Seen) {
  return { params: { id }, ifVersion: version };
}

export function useChange<Input, Output>(
  change: (input: Input) => Promise<Output>,
  ...shownIn: readonly QueryKey[]
) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(shownIn.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}
