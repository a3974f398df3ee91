/** Full screen for the whole page, with the keys that browsers otherwise keep (where the browser can lend them). */
import { useEffect, useState } from "react";

/** Keyboard Lock, in Chromium only: Escape, Alt-Tab and the like go to the desktop while in full screen. */
interface LockableKeyboard {
  readonly lock?: () => Promise<void>;
}

export function useFullscreen(): { readonly isFullscreen: boolean; readonly toggle: () => void } {
  const [isFullscreen, setFullscreen] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const onChange = () => setFullscreen(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      document.removeEventListener("fullscreenchange", onChange);
      if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
    };
  }, []);
  const toggle = () => {
    const changed = document.fullscreenElement ? document.exitFullscreen() : enterFullscreen();
    // A browser may refuse, for instance inside a frame; the button then simply does nothing.
    changed.catch(() => undefined);
  };
  return { isFullscreen, toggle };
}

async function enterFullscreen(): Promise<void> {
  await document.documentElement.requestFullscreen({ navigationUI: "hide" });
  const { keyboard } = navigator as Navigator & { readonly keyboard?: LockableKeyboard };
  await keyboard?.lock?.();
}
