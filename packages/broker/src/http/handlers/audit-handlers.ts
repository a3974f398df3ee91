/** Handlers of the audit routes. */
import { DeskgateError } from "@deskgate/contract";
import type { Handlers } from "../handler.ts";
import { auditReply } from "../replies.ts";
import type { Services } from "../services.ts";

export function auditHandlers({ audit }: Services): Pick<Handlers, "listAudit"> {
  return {
    listAudit: async ({ query: { cursor, from, to, limit, ...filter } }) => {
      const range = { from: momentOf(from), to: momentOf(to), before: placeOf(cursor) };
      // One more than asked for says whether there is a next page.
      const found = await audit.list({ ...filter, ...range, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = found.length <= limit ? undefined : items.at(-1);
      return { items: items.map(auditReply), nextCursor: last ? String(last.sequence) : null };
    },
  };
}

function momentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** Throws where `cursor` is none of ours. */
function placeOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(cursor)) throw new DeskgateError("request_malformed");
  return Number(cursor);
}
