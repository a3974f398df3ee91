/** Who is on which desktop now, with the means to end it. */
import type { Session } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useState } from "react";
import { TbActivity, TbMessage, TbPlayerStop } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { useMay } from "../../api/permissions.ts";
import { liveSessionsList } from "../../api/sessions.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { useSelection } from "../../parts/table/selection.ts";
import { useListState } from "../../parts/table/use-list-state.ts";
import { sessionsText } from "../../text/sessions.ts";
import { SessionDialogs, type SessionTask } from "./session-dialogs.tsx";
import { LIVE_STATE_FILTER, SESSION_FILTER_NAMES, useIdFilters } from "./session-filters.ts";
import { liveColumns } from "./session-table.tsx";
import "./sessions.css";

export function SessionsPage() {
  const [task, setTask] = useState<SessionTask>();
  const controls = useListState(SESSION_FILTER_NAMES);
  const listing = useListing(liveSessionsList, controls.state);
  const selection = useSelection();
  const idFilters = useIdFilters(controls.state);
  const may = useMay();
  const powers = { mayEnd: may("sessions.end"), mayMessage: may("sessions.message") };
  return (
    <>
      <ListPage
        title={sessionsText.title}
        lead={sessionsText.lead}
        search={sessionsText.search}
        controls={controls}
        listing={listing}
        columns={liveColumns(setTask, powers)}
        keyOf={({ id }) => id}
        nameOf={({ userName, machineName }) => `${userName}, ${machineName}`}
        filters={[LIVE_STATE_FILTER, ...idFilters]}
        minWidth={960}
        onOpen={(session: Session) => setTask({ at: "story", session })}
        empty={
          <EmptyState
            icon={<TbActivity size={26} strokeWidth={1.6} />}
            title={sessionsText.emptyTitle}
            hint={sessionsText.emptyHint}
          />
        }
        {...((powers.mayEnd || powers.mayMessage) && {
          selection,
          bulk: (sessions: readonly Session[]) => (
            <>
              {powers.mayMessage && (
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<TbMessage size={15} strokeWidth={1.8} />}
                  onClick={() => setTask({ at: "message", sessions })}
                >
                  {sessionsText.message}
                </Button>
              )}
              {powers.mayEnd && (
                <Button
                  size="compact-sm"
                  variant="light"
                  color="red"
                  leftSection={<TbPlayerStop size={15} strokeWidth={1.8} />}
                  onClick={() => setTask({ at: "kill", sessions })}
                >
                  {sessionsText.killMany}
                </Button>
              )}
            </>
          ),
        })}
      />
      <SessionDialogs task={task} onClose={() => setTask(undefined)} />
    </>
  );
}
