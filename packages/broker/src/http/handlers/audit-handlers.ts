/** Handlers of the audit routes. */
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { auditReply } from "../replies.ts";
import type { Services } from "../services.ts";

export function auditHandlers({ audit }: Services): Pick<Handlers, "listAudit"> {
  return {
    listAudit: async ({ query }) => {
      const { from, to, actor, action, subject } = query;
      const filter = { from: momentOf(from), to: momentOf(to), actor, action, subject };
      return pageReply(query, await audit.page(pageRequestOf(query), filter), auditReply);
    },
  };
}

function momentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
