/** Seconds that run down to zero, by the clock, so that a sleeping tab does not stretch them. */
import { useEffect, useState } from "react";

export function useCountdown(): readonly [seconds: number, start: (seconds: number) => void] {
  const [endsAt, setEndsAt] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  const seconds = Math.max(0, Math.ceil((endsAt - now) / 1000));
  const isRunning = seconds > 0;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isRunning]);
  const start = (wanted: number) => {
    setNow(Date.now());
    setEndsAt(Date.now() + wanted * 1000);
  };
  return [seconds, start];
}
