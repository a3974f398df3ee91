/** Whether a row has been drawn for a moment: what only flies by while somebody scrolls asks the server for nothing. */
import { useEffect, useState } from "react";

const SETTLE_MS = 120;

export function useSettled(): boolean {
  const [isSettled, setSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), SETTLE_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSettled;
}
