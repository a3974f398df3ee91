/** Handler of the event stream. */
import type { Handlers } from "../handler.ts";
import type { Services } from "../services.ts";

export function eventHandlers({ events }: Services): Pick<Handlers, "streamEvents"> {
  return {
    streamEvents: async ({ query, caller, client }) =>
      events.subscribe({
        ...{ caller, topics: query.topics, lastEventId: client.lastEventId },
        recognise: () => client.recogniseAgain(),
      }),
  };
}
