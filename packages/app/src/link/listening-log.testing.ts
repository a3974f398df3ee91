/** A log that keeps what is written, and lets a test wait for a line. Not part of the program. */
import type { Log, LogFields } from "@deskgate/contract";

export interface Line {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

export function listeningLog() {
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const at = (level: keyof Log) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
    for (const wake of waiting) wake();
  };
  const log: Log = { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
  const line = async (fits: (line: Line) => boolean): Promise<Line> => {
    for (;;) {
      const found = lines.find(fits);
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
  };
  return { log, lines, line };
}
