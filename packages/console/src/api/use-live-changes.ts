/**
 * Lists that keep up by themselves: the server says what changed, and what shows it is asked for again.
 *
 * Only names of things come, no data. Where no stream can be had, the lists are asked for every so often instead.
 */
import { API_PREFIX, changeEventSchema, ROUTES, type Topic } from "@deskgate/contract";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** What of the cache shows a topic; its own name is always among them. */
const ALSO_SHOWN_IN: Readonly<Partial<Record<Topic, readonly string[]>>> = {
  sessions: ["desktops", "overview"],
  machines: ["pools", "desktops", "overview"],
  pools: ["desktops"],
  entitlements: ["desktops"],
  users: ["me"],
  roles: ["me"],
  groups: ["users"],
  gateways: ["overview", "about"],
  settings: ["about"],
  announcement: ["site"],
  zones: ["machines"],
};

/** Changes come in bursts; one question answers them all. */
const GATHER_MS = 250;
/** Instead of the stream. */
const POLL_MS = 10_000;

export function useLiveChanges(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const follower = new ChangeFollower(queryClient);
    return () => follower.close();
  }, [queryClient]);
}

class ChangeFollower {
  readonly #queryClient: QueryClient;
  readonly #stream: EventSource;
  readonly #changed = new Set<string>();
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #polling: ReturnType<typeof setInterval> | undefined;

  constructor(queryClient: QueryClient) {
    this.#queryClient = queryClient;
    this.#stream = new EventSource(`${API_PREFIX}${ROUTES.streamEvents.path}`);
    this.#stream.addEventListener("change", (event: MessageEvent<string>) => this.#gather(event.data));
    this.#stream.addEventListener("resync", () => void queryClient.invalidateQueries());
    this.#stream.addEventListener("open", () => this.#stopPolling());
    // The browser comes back by itself after a lost connection, but not after a refusal.
    this.#stream.addEventListener("error", () => this.#poll());
  }

  close(): void {
    clearTimeout(this.#gathering);
    this.#stopPolling();
    this.#stream.close();
  }

  #gather(data: string): void {
    const { data: change } = changeEventSchema.safeParse(readJson(data));
    if (!change) return;
    for (const key of [change.topic, ...(ALSO_SHOWN_IN[change.topic] ?? [])]) this.#changed.add(key);
    this.#gathering ??= setTimeout(() => this.#refresh(), GATHER_MS);
  }

  #refresh(): void {
    this.#gathering = undefined;
    for (const key of this.#changed) void this.#queryClient.invalidateQueries({ queryKey: [key] });
    this.#changed.clear();
  }

  #poll(): void {
    this.#polling ??= setInterval(
      () => void this.#queryClient.invalidateQueries({ refetchType: "active" }),
      POLL_MS,
    );
  }

  #stopPolling(): void {
    clearInterval(this.#polling);
    this.#polling = undefined;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
