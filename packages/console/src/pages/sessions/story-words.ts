/** What the broker wrote beside a line of a story, in words; what is not known here is shown as it was written. */
import { END_REASON_NAMES, protocolSchema, type SessionStoryEvent } from "@deskgate/contract";
import { endingsText } from "../../text/endings.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { sessionsText } from "../../text/sessions.ts";

interface StoryWords {
  readonly text: string;
  /** What the gateway or the broker said besides. */
  readonly besides: string;
}

export function spellStory({ event, detail }: Pick<SessionStoryEvent, "event" | "detail">): StoryWords {
  switch (event) {
    case "claimed":
      return plain(detail, /^(.+) of (.+)$/, (machine, pool) =>
        machine === pool ? machine : sessionsText.storyClaimed(machine, pool),
      );
    case "ticket_issued":
      return plain(detail, /^(\S+) by gateway (.+)$/, (protocol, gateway) =>
        sessionsText.storyTicket(nameOfProtocol(protocol), gateway),
      );
    case "viewer_connected":
      return plain(detail, /^(\S+) from (.+)$/, (protocol, address) =>
        sessionsText.storyFrom(nameOfProtocol(protocol), address),
      );
    case "message_sent":
    case "message_shown":
      return { text: detail, besides: "" };
    case "viewer_gone":
    case "disconnected":
    case "ended":
      return spellEnding(detail);
  }
}

function plain(detail: string, shape: RegExp, spell: (one: string, other: string) => string): StoryWords {
  const [, one, other] = shape.exec(detail) ?? [];
  return { text: one === undefined || other === undefined ? detail : spell(one, other), besides: "" };
}

/** `code`, or `code: more`. */
function spellEnding(detail: string): StoryWords {
  const [, code, besides = ""] = /^([a-z_]+)(?:: (.*))?$/s.exec(detail) ?? [];
  const reason = END_REASON_NAMES.find((name) => name === code);
  return reason === undefined ? { text: detail, besides: "" } : { text: endingsText[reason], besides };
}

function nameOfProtocol(name: string): string {
  const { data: protocol } = protocolSchema.safeParse(name);
  return protocol ? launchpadText.protocols[protocol] : name;
}
