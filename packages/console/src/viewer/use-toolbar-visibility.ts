/** When the toolbar shows: the first seconds, while somebody is at it, and when it is called by pointer, touch or keys. */
import { useCallback, useEffect, useRef, useState } from "react";

const FIRST_LOOK_MS = 4_000;
const LEAVE_MS = 700;

export interface ToolbarVisibility {
  readonly isShown: boolean;
  /** Stays until {@link hideSoon} is called. */
  readonly show: () => void;
  readonly showBriefly: () => void;
  readonly hideSoon: () => void;
  readonly hide: () => void;
}

export function useToolbarVisibility(isConnected: boolean): ToolbarVisibility {
  const [isShown, setShown] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const showFor = useCallback((ms: number | undefined) => {
    clearTimeout(timer.current);
    if (ms !== undefined) timer.current = setTimeout(() => setShown(false), ms);
  }, []);
  const show = useCallback(() => {
    setShown(true);
    showFor(undefined);
  }, [showFor]);
  const showBriefly = useCallback(() => {
    setShown(true);
    showFor(FIRST_LOOK_MS);
  }, [showFor]);
  const hideSoon = useCallback(() => showFor(LEAVE_MS), [showFor]);
  const hide = useCallback(() => showFor(0), [showFor]);
  useEffect(() => {
    if (isConnected) showBriefly();
    else show();
    return () => clearTimeout(timer.current);
  }, [isConnected, show, showBriefly]);
  return { isShown, show, showBriefly, hideSoon, hide };
}

/** Ctrl + Alt + Shift, pressed and released with no other key: noticed on release, so that the desktop sees all keys go up. */
export function useToolbarChord(onChord: () => void): void {
  const latest = useRef(onChord);
  useEffect(() => {
    latest.current = onChord;
  });
  useEffect(() => {
    const held = new Set<string>();
    let isArmed = false;
    const onDown = ({ key }: KeyboardEvent) => {
      held.add(key === "Meta" ? "Alt" : key); // Shift turns Alt into Meta on some keyboards.
      isArmed = held.size === 3 && ["Control", "Alt", "Shift"].every((name) => held.has(name));
    };
    const onUp = ({ ctrlKey, altKey, shiftKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || altKey || shiftKey || metaKey) return;
      held.clear();
      if (isArmed) latest.current();
      isArmed = false;
    };
    const forget = () => held.clear();
    window.addEventListener("keydown", onDown, true);
    window.addEventListener("keyup", onUp, true);
    window.addEventListener("blur", forget);
    return () => {
      window.removeEventListener("keydown", onDown, true);
      window.removeEventListener("keyup", onUp, true);
      window.removeEventListener("blur", forget);
    };
  }, []);
}
