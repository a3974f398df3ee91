import { END_REASON_NAMES } from "@deskgate/contract";
import { expect, it } from "vitest";
import { spellStory } from "./story-words.ts";

it("says codes of endings in words, and keeps what else was said", () => {
  expect(spellStory({ event: "viewer_gone", detail: "viewer_left: viewer closed" })).toEqual({
    text: "Closed by the person",
    besides: "viewer closed",
  });
  for (const reason of END_REASON_NAMES)
    expect(spellStory({ event: "ended", detail: reason }).text).not.toBe(reason);
});

it("names protocols as people know them", () => {
  const connected = { event: "viewer_connected", detail: "vnc from 192.0.2.7" } as const;
  expect(spellStory(connected).text).toBe("By VNC from 192.0.2.7");
  expect(spellStory({ event: "ticket_issued", detail: "ssh by gateway dmz 2" }).text).toBe(
    "For SSH through the gateway dmz 2",
  );
});

it("says a machine's name once where the pool has the same", () => {
  expect(spellStory({ event: "claimed", detail: "Desk of Desk" }).text).toBe("Desk");
  expect(spellStory({ event: "claimed", detail: "Desk 3 of Office" }).text).toBe("Desk 3 of Office");
});

it("shows what it does not know as it was written", () => {
  expect(spellStory({ event: "ended", detail: "of_tomorrow: so it goes" }).text).toBe(
    "of_tomorrow: so it goes",
  );
  expect(spellStory({ event: "message_sent", detail: "killed" }).text).toBe("killed");
  expect(spellStory({ event: "claimed", detail: "" }).text).toBe("");
});
