/** Sessions that are over, with the story of each. */
import type { Session } from "@deskgate/contract";
import { useState } from "react";
import { TbHistory } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { endedSessionsList } from "../../api/sessions.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { useNow } from "../../parts/use-now.ts";
import { sessionsText } from "../../text/sessions.ts";
import { SessionDialogs, type SessionTask } from "../sessions/session-dialogs.tsx";
import { periodFilter, SESSION_FILTER_NAMES, useIdFilters } from "../sessions/session-filters.ts";
import { endedColumns } from "../sessions/session-table.tsx";
import "../sessions/sessions.css";

const CLOCK_MS = 600_000;

export function HistoryPage() {
  const [task, setTask] = useState<SessionTask>();
  const now = useNow(CLOCK_MS);
  const controls = useListState(SESSION_FILTER_NAMES);
  const listing = useListing(endedSessionsList, controls.state);
  const idFilters = useIdFilters(controls.state);
  return (
    <>
      <ListPage
        title={sessionsText.historyTitle}
        lead={sessionsText.historyLead}
        search={sessionsText.search}
        controls={controls}
        listing={listing}
        columns={endedColumns(setTask)}
        keyOf={({ id }) => id}
        filters={[periodFilter(now), ...idFilters]}
        minWidth={900}
        onOpen={(session: Session) => setTask({ at: "story", session })}
        empty={
          <EmptyState
            icon={<TbHistory size={26} strokeWidth={1.6} />}
            title={sessionsText.historyEmptyTitle}
            hint={sessionsText.historyEmptyHint}
          />
        }
      />
      <SessionDialogs task={task} onClose={() => setTask(undefined)} />
    </>
  );
}
