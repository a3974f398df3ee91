/** Ties a viewer's life to the page that shows it. */
import { type RefObject, useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { DesktopViewer, NOTHING_YET, type ViewerOptions, type ViewerSnapshot } from "./desktop-viewer.ts";

type PageOptions = Pick<ViewerOptions, "scaling" | "onClipboard" | "onApiError">;

export function useDesktopViewer(
  desktopId: string,
  target: RefObject<HTMLElement | null>,
  options: PageOptions,
): readonly [ViewerSnapshot, DesktopViewer | undefined] {
  const [viewer, setViewer] = useState<DesktopViewer>();
  const scaling = useEffectEvent(options.scaling);
  const onClipboard = useEffectEvent(options.onClipboard);
  const onApiError = useEffectEvent(options.onApiError);
  useEffect(() => {
    if (!target.current) return;
    const created = new DesktopViewer({
      desktopId,
      target: target.current,
      scaling: () => scaling(),
      onClipboard: (text) => onClipboard(text),
      onApiError: (error) => onApiError(error),
    });
    setViewer(created);
    return () => created.close();
  }, [desktopId, target]);
  useHurry(viewer);
  const snapshot = useSyncExternalStore(
    viewer?.subscribe ?? subscribeToNothing,
    viewer?.snapshot ?? nothingYet,
  );
  return [snapshot, viewer];
}

/** A network that comes back, or a person who looks again, need not wait for the next attempt. */
function useHurry(viewer: DesktopViewer | undefined): void {
  useEffect(() => {
    if (!viewer) return;
    const onVisible = () => document.visibilityState === "visible" && viewer.hurry();
    window.addEventListener("online", viewer.hurry);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      window.removeEventListener("online", viewer.hurry);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [viewer]);
}

const nothingYet = () => NOTHING_YET;
const subscribeToNothing = () => () => undefined;
