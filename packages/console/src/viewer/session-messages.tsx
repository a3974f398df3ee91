/** What administrators have to say to the person at the desktop, until each message is dismissed. */
import type { ROUTES, RouteReply } from "@deskgate/contract";
import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { TbClockExclamation, TbMessage } from "react-icons/tb";
import { connectionQuery } from "../api/desktops.ts";
import { spellTime } from "../text/quantities.ts";
import { viewerText } from "../text/viewer.ts";

type Message = RouteReply<(typeof ROUTES)["getConnection"]>["messages"][number];

interface SessionMessagesProps {
  readonly connectionId: string;
  readonly isConnected: boolean;
}

/** A message stays when the desktop is lost and comes back by another connection. */
export function SessionMessages({ connectionId, isConnected }: SessionMessagesProps) {
  const { data } = useQuery({ ...connectionQuery(connectionId), enabled: isConnected });
  const [heard, setHeard] = useState<readonly Message[]>([]);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    setHeard((before) => {
      const known = new Set(before.map(({ id }) => id));
      const arrived = (data?.messages ?? []).filter(({ id }) => !known.has(id));
      return arrived.length === 0 ? before : [...before, ...arrived];
    });
  }, [data]);
  // Of notices that the hours end, the last one says it all.
  const lastNotice = heard.findLast(({ endsAt }) => endsAt !== null);
  const shown = heard.filter(
    (message) => !dismissed.has(message.id) && (message.endsAt === null || message === lastNotice),
  );
  return (
    <div className="dg-messages" role="log" aria-live="assertive">
      {shown.map(({ id, by, text, endsAt }) => (
        <Alert
          key={id}
          color={endsAt === null ? "petrol" : "orange"}
          variant="filled"
          icon={endsAt === null ? <TbMessage size={20} /> : <TbClockExclamation size={20} />}
          title={endsAt === null ? viewerText.messageFrom(by) : viewerText.hoursEnd}
          withCloseButton
          closeButtonLabel={viewerText.dismissMessage}
          onClose={() => setDismissed((before) => new Set([...before, id]))}
          data-testid="session-message"
        >
          <span className="dg-message-text">
            {endsAt === null ? text : viewerText.hoursEndAt(spellTime(endsAt))}
          </span>
        </Alert>
      ))}
    </div>
  );
}
