/** Who is on which desktop now, with the means to end it. */
import type { Session } from "@deskgate/contract";
import { Alert } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbActivity, TbCloudOff } from "react-icons/tb";
import { liveSessionsQuery, useKillSession } from "../../api/sessions.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { sessionsText } from "../../text/sessions.ts";
import { SessionTable } from "./session-table.tsx";
import "./sessions.css";

export function SessionsPage() {
  useTitle(sessionsText.title);
  const [killed, setKilled] = useState<Session>();
  const sessions = useQuery(liveSessionsQuery);
  const isStale = sessions.isError && sessions.data !== undefined;
  return (
    <>
      <PageHeader title={sessionsText.title} lead={sessionsText.lead} />
      {isStale && (
        <Alert role="status" color="yellow" mb="md" icon={<TbCloudOff size={18} />}>
          {sessionsText.stale}
        </Alert>
      )}
      <Loaded query={sessions}>
        {({ items }) =>
          items.length > 0 ? <SessionTable sessions={items} onKill={setKilled} /> : <NobodyConnected />
        }
      </Loaded>
      {killed && <KillDialog session={killed} onClose={() => setKilled(undefined)} />}
    </>
  );
}

function NobodyConnected() {
  return (
    <div className="dg-card">
      <EmptyState
        icon={<TbActivity size={26} strokeWidth={1.6} />}
        title={sessionsText.emptyTitle}
        hint={sessionsText.emptyHint}
      />
    </div>
  );
}

function KillDialog({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const killSession = useKillSession();
  const kill = () =>
    killSession.mutate(session.id, {
      onSuccess: () => {
        notifications.show({ message: sessionsText.killed });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      title={sessionsText.killTitle(session.userName)}
      hint={sessionsText.killHint(session.machineName)}
      action={sessionsText.killSession}
      change={killSession}
      onConfirm={kill}
      onClose={onClose}
    />
  );
}
