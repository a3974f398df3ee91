/** What a desktop can do: found out only some moments after it is connected, and lost when its agent ends. */
import { useSyncExternalStore } from "react";

const QUESTION_MS = 250;

/** For what shows an ability: `ask` answers a primitive at any time, and is asked again and again. */
export function useLateAbility<Answer extends boolean | string | undefined>(ask: () => Answer): Answer {
  return useSyncExternalStore(askOften, ask);
}

const askOften = (onQuestion: () => void) => {
  const timer = setInterval(onQuestion, QUESTION_MS);
  return () => clearInterval(timer);
};
