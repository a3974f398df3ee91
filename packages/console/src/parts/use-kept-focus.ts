/**
 * Keeps the focus where it was when what has it moves to another place of the page, which to a browser is a removal.
 *
 * Only what has an `id` finds its focus again. Whoever works with a keyboard would otherwise begin at the top.
 */
import { useLayoutEffect, useRef } from "react";

/** Call it in the component that moves things about; `isInside` tells whether an element is one of them. */
export function useKeptFocus(isInside: (element: Element) => boolean): void {
  const kept = useRef("");
  // While it renders, the page is still as it was: React has no later moment before it changes the page.
  const { activeElement } = document;
  kept.current = activeElement !== null && isInside(activeElement) ? activeElement.id : "";
  useLayoutEffect(() => {
    if (kept.current !== "" && document.activeElement === document.body)
      document.getElementById(kept.current)?.focus();
  });
}
