/** One desktop, filling the window. */
import { useLocalStorage } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import { isApiError } from "../api/api-error.ts";
import { desktopsQuery } from "../api/desktops.ts";
import { useTitle } from "../parts/use-title.ts";
import { viewerText } from "../text/viewer.ts";
import { CredentialDialog } from "./credential-dialog.tsx";
import type { ViewerSnapshot } from "./desktop-viewer.ts";
import { FrozenPicture } from "./frozen-picture.tsx";
import { sentenceOfEnding, type ViewerState } from "./reconnect.ts";
import { SessionMessages } from "./session-messages.tsx";
import type { Scaling } from "./surface.ts";
import { Toolbar } from "./toolbar.tsx";
import { useClipboardSync } from "./use-clipboard-sync.ts";
import { useDesktopViewer } from "./use-desktop-viewer.ts";
import { ViewerOverlay } from "./viewer-overlay.tsx";
import "./viewer.css";

const NARROW_PX = 760;

export function ViewerPage() {
  const { id } = useParams({ from: "/signed-in/desktops/$id/view" });
  const target = useRef<HTMLDivElement>(null);
  const [scaling, setScaling] = useScaling();
  const { snapshot, viewer, clipboard } = useShownDesktop(id, target, scaling);
  const { state, surface, connectionId, lastPicture } = snapshot;
  const desktopName = useDesktopName(id, snapshot);
  const leave = useLeave();
  useTitle(viewerText.title(desktopName, snapshot.title));
  const isConnected = state.at === "connected";
  return (
    <div className="dg-viewer" data-testid="viewer-state" data-state={shownState(state)}>
      <div
        ref={target}
        role="application"
        aria-label={desktopName}
        className={`dg-viewer-target dg-viewer-${scaling}`}
        data-testid="viewer-canvas"
      />
      {!isConnected && lastPicture && <FrozenPicture picture={lastPicture} scaling={scaling} />}
      <ViewerOverlay
        state={state}
        desktopName={desktopName}
        wasSeen={lastPicture !== undefined}
        onTryNow={() => viewer?.hurry()}
        onAgain={() => viewer?.again()}
      />
      {snapshot.question && <CredentialDialog desktopName={desktopName} question={snapshot.question} />}
      {isConnected && surface && connectionId && (
        <Toolbar
          desktopName={desktopName}
          surface={surface}
          connectionId={connectionId}
          clipboard={clipboard}
          scaling={scaling}
          onScaling={setScaling}
          onDisconnect={leave}
          onSilent={() => viewer?.giveUpConnection()}
        />
      )}
      {connectionId && <SessionMessages connectionId={connectionId} isConnected={isConnected} />}
      <p className="dg-visually-hidden" role="status" aria-live="polite">
        {announcement(state, desktopName)}
      </p>
    </div>
  );
}

/** The desktop in `target`, its clipboard, and the keyboard's way to it. */
function useShownDesktop(id: string, target: RefObject<HTMLDivElement | null>, scaling: Scaling) {
  const receive = useRef<(text: string) => void>(undefined);
  const onApiError = useSignInAgain();
  const [snapshot, viewer] = useDesktopViewer(id, target, {
    scaling: () => scaling,
    onClipboard: (text) => receive.current?.(text),
    onApiError,
  });
  const { surface } = snapshot;
  const clipboard = useClipboardSync(surface);
  useEffect(() => {
    receive.current = clipboard.receive;
  });
  useEffect(() => surface?.focus(), [surface]);
  useEffect(() => surface?.setScaling(scaling), [surface, scaling]);
  return { snapshot, viewer, clipboard };
}

/** Kept for the next desktop in this browser. */
function useScaling() {
  return useLocalStorage<Scaling>({
    key: "deskgate-scaling",
    defaultValue: defaultScaling(),
    getInitialValueInEffect: false,
  });
}

/** A desktop of the window's size is the sharpest; nobody can work on one of a phone's size. */
function defaultScaling(): Scaling {
  return window.innerWidth < NARROW_PX ? "fit" : "resize";
}

function shownState(state: ViewerState): "connecting" | "connected" | "reconnecting" | "ended" {
  return state.at === "waiting" || state.at === "retrying" ? "reconnecting" : state.at;
}

/** Said once per change, not with every second of a countdown. */
function announcement(state: ViewerState, desktopName: string): string {
  switch (state.at) {
    case "connecting":
      return viewerText.connecting(desktopName);
    case "connected":
      return viewerText.connected(desktopName);
    case "waiting":
    case "retrying":
      return `${sentenceOfEnding(state.ending)} ${viewerText.attempting(state.attempt)}`;
    case "ended":
      return sentenceOfEnding(state.ending);
  }
}

/** The launchpad has usually told the name already; a ticket tells it too. */
function useDesktopName(id: string, { desktopName }: ViewerSnapshot): string {
  const known = useQueryClient().getQueryData(desktopsQuery.queryKey);
  const listed = known?.items.find((desktop) => desktop.id === id)?.name;
  return desktopName ?? listed ?? viewerText.untitled;
}

function useLeave(): () => void {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return () => {
    void navigate({ to: "/" }).then(() =>
      queryClient.invalidateQueries({ queryKey: desktopsQuery.queryKey }),
    );
  };
}

/** The viewer calls the API without the query cache, so it minds refused sign-ins itself. */
function useSignInAgain(): (error: unknown) => void {
  const router = useRouter();
  const queryClient = useQueryClient();
  return (error) => {
    if (!isApiError(error, "not_signed_in")) return;
    queryClient.clear();
    void router.invalidate();
  };
}
