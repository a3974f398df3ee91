/** How the connection is doing: a dot and the round trip, with the rest of the numbers on hover or focus. */
import type { Connection } from "@deskgate/contract";
import { Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { isApiError } from "../api/api-error.ts";
import { connectionQuery } from "../api/desktops.ts";
import { qualityLevel } from "../parts/quality-level.ts";
import { spellBytes, spellMs } from "../text/quantities.ts";
import { viewerText } from "../text/viewer.ts";
import { Silence } from "./silence.ts";

interface QualityProps {
  readonly connectionId: string;
  readonly onSilent: () => void;
}

export function Quality({ connectionId, onSilent }: QualityProps) {
  const { data, error, dataUpdatedAt, errorUpdatedAt } = useQuery(connectionQuery(connectionId));
  const isUnanswered = errorUpdatedAt > dataUpdatedAt && isApiError(error, "unreachable");
  useSilence(isUnanswered ? errorUpdatedAt : 0, onSilent);
  const roundTrip = data?.viewerRoundTripMs;
  const level = isUnanswered ? "poor" : qualityLevel(roundTrip);
  const known = typeof roundTrip === "number" ? spellMs(roundTrip) : "–";
  const shown = isUnanswered ? viewerText.noAnswer : known;
  return (
    <Tooltip
      label={<Numbers connection={data} />}
      withinPortal={false}
      openDelay={0}
      events={{ hover: true, focus: true, touch: true }}
    >
      <button
        type="button"
        className="dg-quality"
        data-testid="quality"
        data-level={level}
        aria-label={`${viewerText.quality}: ${shown}, ${viewerText.levels[level]}`}
      >
        <span className={`dg-quality-dot dg-quality-${level}`} />
        <span className="dg-numbers">{shown}</span>
      </button>
    </Tooltip>
  );
}

/** `at`: when the last question got no answer, 0 when it got one. */
function useSilence(at: number, onSilent: () => void): void {
  const [silence] = useState(() => new Silence());
  const say = useEffectEvent(onSilent);
  useEffect(() => {
    let isOver = false;
    if (at === 0) silence.answered();
    else void silence.unanswered().then((isSilent) => isSilent && !isOver && say());
    return () => {
      isOver = true;
    };
  }, [at, silence]);
}

function Numbers({ connection }: { readonly connection: Connection | undefined }) {
  const ms = (value: number | null | undefined) => (typeof value === "number" ? spellMs(value) : "–");
  const rows = [
    [viewerText.roundTrip, ms(connection?.viewerRoundTripMs)],
    [viewerText.machineRoundTrip, ms(connection?.targetRoundTripMs)],
    [viewerText.machineConnect, ms(connection?.targetConnectMs)],
    [viewerText.received, spellBytes(connection?.bytesToViewer ?? 0)],
    [viewerText.sentBytes, spellBytes(connection?.bytesToTarget ?? 0)],
  ] as const;
  return (
    <dl className="dg-quality-numbers dg-numbers">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
