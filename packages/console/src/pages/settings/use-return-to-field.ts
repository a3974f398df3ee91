/** Gives the keyboard back to the field that was changed last, when the bar with Save and Revert goes away. */
import { type FormEvent, type MouseEvent, useLayoutEffect, useRef } from "react";
import { pageContent } from "../../parts/focus-place.ts";

interface ReturnToField {
  /** For what holds the fields. */
  readonly onChange: (event: FormEvent<HTMLElement>) => void;
  /** For what goes away. */
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
}

export function useReturnToField(isBarShown: boolean): ReturnToField {
  const field = useRef<HTMLElement | null>(null);
  const isByKeyboard = useRef(false);
  useLayoutEffect(() => {
    if (isBarShown || !isByKeyboard.current) return;
    isByKeyboard.current = false;
    if (document.activeElement !== document.body) return;
    (field.current?.isConnected ? field.current : pageContent())?.focus();
  }, [isBarShown]);
  return {
    onChange: ({ target }) => {
      if (target instanceof HTMLElement) field.current = target;
    },
    // A click without a count was a key. After a finger's, a field with the focus would bring up a phone's keyboard.
    onClick: ({ detail }) => {
      isByKeyboard.current = detail === 0;
    },
  };
}
