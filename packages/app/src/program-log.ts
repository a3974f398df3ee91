/** The program's log: pino behind the planes' narrow interface; pretty on a terminal, one JSON object per line elsewhere. */
import type { Log, LogFields } from "@deskgate/contract";
import { destination, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config/resolve.ts";

interface LogPlace {
  readonly isTerminal: boolean;
  /** Standard error, where standard output is for a command's own output. */
  readonly isToErrors?: boolean;
}

/** Whether people read it on a terminal. */
export function isPrettyLog({ format }: Config["log"], isTerminal: boolean): boolean {
  return format === "pretty" || (format === "auto" && isTerminal);
}

/** Causes are written with their stack; they never reach a viewer. */
export function createLog(settings: Config["log"], { isTerminal, isToErrors = false }: LogPlace): Log {
  const fileDescriptor = isToErrors ? 2 : 1;
  const logger = pino(
    {
      level: settings.level,
      base: null,
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { cause: describeCause },
    },
    isPrettyLog(settings, isTerminal)
      ? pretty({
          ...{ colorize: isTerminal, singleLine: true, translateTime: "HH:MM:ss", sync: true },
          ...{ messageKey: "message", destination: fileDescriptor },
        })
      : destination({ fd: fileDescriptor, sync: true }),
  );
  const at = (name: keyof Log) => (fields: LogFields, message: string) => logger[name](fields, message);
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

function describeCause(cause: unknown): unknown {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause === undefined ? {} : { cause: describeCause(cause.cause) };
  return { type: cause.name, message: cause.message, stack: cause.stack, ...inner };
}
