/** What lies over the picture while there is no live one: connecting, coming back, or ended, and what one can do. */
import { Button, Loader, Progress } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TbArrowLeft, TbPlugConnected, TbPlugConnectedX, TbRefresh } from "react-icons/tb";
import { useNow } from "../parts/use-now.ts";
import { spellDuration } from "../text/quantities.ts";
import { viewerText } from "../text/viewer.ts";
import {
  codeOfEnding,
  type Ending,
  STARTING_DEADLINE_MS,
  sentenceOfEnding,
  type ViewerState,
} from "./reconnect.ts";

const COUNTDOWN_STEP_MS = 250;

interface ViewerOverlayProps {
  readonly state: ViewerState;
  readonly desktopName: string | undefined;
  /** Whether the desktop was seen before; a first connection that fails was not lost. */
  readonly wasSeen: boolean;
  readonly onTryNow: () => void;
  readonly onAgain: () => void;
}

export function ViewerOverlay({ state, desktopName, wasSeen, onTryNow, onAgain }: ViewerOverlayProps) {
  switch (state.at) {
    case "connected":
      return null;
    case "connecting":
      return <Connecting desktopName={desktopName} />;
    case "waiting":
    case "retrying":
      if (state.startingSince !== undefined)
        return <Starting since={state.startingSince} {...{ state, desktopName, onTryNow }} />;
      return (
        <div className="dg-veil">
          <div className="dg-veil-card">
            <Loader size={26} />
            <h1>{wasSeen ? viewerText.lostTitle : viewerText.notYetTitle}</h1>
            <Reason ending={state.ending} />
            <AttemptLine state={state} />
            <div className="dg-veil-actions">
              <Button
                leftSection={<TbRefresh size={16} />}
                onClick={onTryNow}
                disabled={state.at === "retrying"}
              >
                {viewerText.tryNow}
              </Button>
              <BackButton />
            </div>
          </div>
        </div>
      );
    case "ended":
      return <Ended ending={state.ending} wasSeen={wasSeen} onAgain={onAgain} />;
  }
}

function Connecting({ desktopName }: { readonly desktopName: string | undefined }) {
  return (
    <div className="dg-veil">
      <div className="dg-veil-card">
        <Loader size={26} />
        <h1>{desktopName ? viewerText.connecting(desktopName) : viewerText.connectingUnnamed}</h1>
        <div className="dg-veil-actions">
          <BackButton />
        </div>
      </div>
    </div>
  );
}

interface StartingProps extends Pick<ViewerOverlayProps, "desktopName" | "onTryNow"> {
  readonly state: ViewerState & { readonly at: "waiting" | "retrying" };
  readonly since: number;
}

/** The machine was off: how long it has been starting, and how long that may take. Leaving cancels the wait. */
function Starting({ state, since, desktopName, onTryNow }: StartingProps) {
  const now = useNow(COUNTDOWN_STEP_MS);
  const elapsedMs = Math.max(0, now - since);
  const share = Math.min(100, (100 * elapsedMs) / STARTING_DEADLINE_MS);
  return (
    <div className="dg-veil">
      <div className="dg-veil-card" data-testid="starting">
        <Loader size={26} />
        <h1>{desktopName ? viewerText.starting(desktopName) : viewerText.startingUnnamed}</h1>
        <p className="dg-veil-reason" data-testid="end-reason" data-reason={codeOfEnding(state.ending)}>
          {viewerText.startingHint}
        </p>
        <Progress
          className="dg-veil-progress"
          value={share}
          size="sm"
          aria-label={viewerText.startingProgress}
        />
        <p className="dg-veil-attempt dg-numbers">
          {viewerText.startingFor(spellDuration(elapsedMs), spellDuration(STARTING_DEADLINE_MS))}
        </p>
        <div className="dg-veil-actions">
          <Button leftSection={<TbRefresh size={16} />} onClick={onTryNow} disabled={state.at === "retrying"}>
            {viewerText.tryNow}
          </Button>
          <BackButton label={viewerText.cancelStart} />
        </div>
      </div>
    </div>
  );
}

interface EndedProps {
  readonly ending: Ending;
  readonly wasSeen: boolean;
  readonly onAgain: () => void;
}

function Ended({ ending, wasSeen, onAgain }: EndedProps) {
  return (
    <div className="dg-veil">
      <div className="dg-veil-card">
        <TbPlugConnectedX className="dg-veil-icon" size={30} strokeWidth={1.5} aria-hidden="true" />
        <h1>{wasSeen || ending.by === "gateway" ? viewerText.endedTitle : viewerText.refusedTitle}</h1>
        <Reason ending={ending} />
        <div className="dg-veil-actions">
          <Button autoFocus leftSection={<TbPlugConnected size={16} />} onClick={onAgain}>
            {viewerText.connectAgain}
          </Button>
          <BackButton />
        </div>
      </div>
    </div>
  );
}

function Reason({ ending }: { readonly ending: Ending }) {
  return (
    <p className="dg-veil-reason" data-testid="end-reason" data-reason={codeOfEnding(ending)}>
      {sentenceOfEnding(ending)}
    </p>
  );
}

function AttemptLine({ state }: { readonly state: ViewerState & { readonly at: "waiting" | "retrying" } }) {
  const now = useNow(COUNTDOWN_STEP_MS);
  const seconds = state.at === "waiting" ? Math.max(0, Math.ceil((state.dueAt - now) / 1000)) : 0;
  return (
    <p className="dg-veil-attempt dg-numbers" data-testid="reconnect-attempt" data-attempt={state.attempt}>
      {state.at === "waiting"
        ? viewerText.nextAttempt(state.attempt, seconds)
        : viewerText.attempting(state.attempt)}
    </p>
  );
}

function BackButton({ label = viewerText.back }: { readonly label?: string }) {
  return (
    <Button
      variant="default"
      leftSection={<TbArrowLeft size={16} />}
      renderRoot={(props) => <Link to="/" {...props} />}
    >
      {label}
    </Button>
  );
}
