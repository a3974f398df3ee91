/**
 * Gives the focus to what comes next when what has it vanishes from a list: a row that was deleted, a filter taken off.
 *
 * A browser would leave it nowhere, and whoever works with a keyboard would begin at the top of the page.
 */
import { useLayoutEffect, useRef } from "react";
import { type FocusPlace, placeOf, successorOf } from "../focus-place.ts";

/** Call it in the component that draws the list with all that belongs to it. */
export function useFocusSuccessor(): void {
  const place = useRef<FocusPlace>({ at: "elsewhere" });
  // While it renders, the page is still as it was: React has no later moment before it changes the page.
  place.current = placeOf(document.activeElement);
  useLayoutEffect(() => {
    if (document.activeElement === document.body) successorOf(place.current)?.focus();
  });
}
