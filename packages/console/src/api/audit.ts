/** What was done or refused, by whom, from where. */
import { type AuditEntry, ROUTES } from "@deskgate/contract";
import type { ListSource } from "./list.ts";

export const auditList: ListSource<AuditEntry> = {
  key: ["audit"],
  route: ROUTES.listAudit,
  local: {
    textsOf: ({ actorName, action, address, subjectId, detail }) => [
      actorName,
      action,
      address,
      subjectId,
      JSON.stringify(detail),
    ],
    filters: {
      actor: ({ actorName, actorUserId }, value) => value === actorName || value === actorUserId,
      action: ({ action }, value) => action.startsWith(value),
    },
  },
};
