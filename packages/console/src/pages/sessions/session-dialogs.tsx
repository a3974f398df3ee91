/** What can be done with sessions: end them, tell the people something, look at what happened. */

import { MAX_MESSAGE_CHARACTERS, ROUTES, type Session, type SessionStoryEvent } from "@deskgate/contract";
import { Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { problemsBySchema } from "../../api/field-problems.ts";
import { storyQuery, useKillSession, useSendMessage } from "../../api/sessions.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { SideSheet } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { listNames } from "../../parts/names.ts";
import { useBulk } from "../../parts/table/use-bulk.ts";
import { spellDuration, spellExactMoment } from "../../text/quantities.ts";
import { sessionsText } from "../../text/sessions.ts";
import { spellStory } from "./story-words.ts";

export type SessionTask =
  | { readonly at: "kill" | "message"; readonly sessions: readonly Session[] }
  | { readonly at: "story"; readonly session: Session };

interface SessionDialogsProps {
  readonly task: SessionTask | undefined;
  readonly onClose: () => void;
}

export function SessionDialogs({ task, onClose }: SessionDialogsProps) {
  switch (task?.at) {
    case undefined:
      return null;
    case "kill":
      return <KillDialog sessions={task.sessions} onClose={onClose} />;
    case "message":
      return <MessageDialog sessions={task.sessions} onClose={onClose} />;
    case "story":
      return <StoryDrawer session={task.session} onClose={onClose} />;
  }
}

interface ManyProps {
  readonly sessions: readonly Session[];
  readonly onClose: () => void;
}

function KillDialog({ sessions, onClose }: ManyProps) {
  const { mutateAsync } = useKillSession();
  const bulk = useBulk(({ id }: Session) => mutateAsync(id));
  const [only] = sessions;
  const isOne = sessions.length === 1 && only !== undefined;
  const names = listNames(sessions.map(nameOf));
  return (
    <ConfirmDialog
      title={isOne ? sessionsText.killTitle(only.userName) : sessionsText.killManyTitle(sessions.length)}
      hint={isOne ? killHintOf(only) : sessionsText.killManyHint(names)}
      action={isOne ? sessionsText.killSession : sessionsText.killMany}
      change={bulk}
      onConfirm={() => bulk.mutate(sessions, { onSuccess: onClose })}
      onClose={onClose}
    >
      {isOne && <KillFacts session={only} />}
    </ConfirmDialog>
  );
}

function killHintOf({ isExclusive }: Session): string {
  return `${sessionsText.killHint} ${isExclusive ? sessionsText.killExclusive : sessionsText.killShared}`;
}

/** Who loses what. */
function KillFacts({ session }: { readonly session: Session }) {
  const { userName, machineName, poolName, startedAt, connections } = session;
  const viewers = connections.filter(({ state }) => state === "open").length;
  const { killFacts } = sessionsText;
  const machine = poolName === machineName ? machineName : sessionsText.storyClaimed(machineName, poolName);
  const facts = [
    [killFacts.user, userName],
    [killFacts.machine, machine],
    [killFacts.viewers, viewers === 0 ? sessionsText.viewersNone : sessionsText.viewers(viewers)],
    [killFacts.since, spellDuration(Date.now() - Date.parse(startedAt))],
  ] as const;
  return (
    <dl className="dg-fact-list">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function nameOf({ userName, machineName }: Session): string {
  return `${userName} (${machineName})`;
}

function MessageDialog({ sessions, onClose }: ManyProps) {
  const { mutateAsync } = useSendMessage();
  const form = useForm({
    initialValues: { text: "" },
    validate: (fields) => problemsBySchema(ROUTES.sendSessionMessage.body, fields),
  });
  const bulk = useBulk(({ id }: Session) => mutateAsync({ id, text: form.values.text }));
  const names = listNames([...new Set(sessions.map(({ userName }) => userName))]);
  const send = form.onSubmit(() =>
    bulk.mutate(sessions, {
      onSuccess: () => {
        notifications.show({ message: sessionsText.messageSent });
        onClose();
      },
    }),
  );
  return (
    <DialogForm
      title={sessionsText.messageTitle(names)}
      form={form}
      submit={send}
      change={bulk}
      label={sessionsText.messageSend}
      onClose={onClose}
    >
      <Textarea
        label={sessionsText.messageText}
        description={sessionsText.messageHint}
        rows={4}
        maxLength={MAX_MESSAGE_CHARACTERS}
        data-autofocus
        {...form.getInputProps("text")}
      />
    </DialogForm>
  );
}

function StoryDetail(line: Pick<SessionStoryEvent, "event" | "detail">) {
  const { text, besides } = spellStory(line);
  if (text === "") return null;
  return (
    <div className="dg-story-detail">
      {text}
      {besides !== "" && <span className="dg-soft"> ({besides})</span>}
    </div>
  );
}

function StoryDrawer({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const story = useQuery(storyQuery(session.id));
  return (
    <SideSheet onClose={onClose} title={sessionsText.storyTitle(session.userName, session.machineName)}>
      <Loaded query={story}>
        {({ items }) => (
          <ol className="dg-story">
            {items.map(({ at, event, by, detail }) => (
              <li key={`${at} ${event} ${detail}`} data-event={event}>
                <div className="dg-cell-main">{sessionsText.storyEvents[event]}</div>
                <StoryDetail event={event} detail={detail} />
                <div className="dg-cell-sub dg-numbers">
                  {spellExactMoment(at)} {by !== "" && sessionsText.storyBy(by)}
                </div>
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </SideSheet>
  );
}
