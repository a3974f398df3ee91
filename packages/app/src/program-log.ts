/** The program's log: pino behind the planes' narrow interface, pretty on a terminal. */
import type { Log, LogFields } from "@deskgate/contract";
import { pino } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config/resolve.ts";

/** Writes to standard output. Causes are written with their stack; they never reach a viewer. */
export function createLog({ level, format }: Config["log"], isTerminal: boolean): Log {
  const isPretty = format === "pretty" || (format === "auto" && isTerminal);
  const stream = isPretty
    ? pretty({
        colorize: isTerminal,
        ignore: "pid,hostname",
        singleLine: true,
        translateTime: "HH:MM:ss",
        sync: true,
      })
    : undefined;
  const options = { level, base: null, serializers: { cause: describeCause } };
  const logger = stream ? pino(options, stream) : pino(options);
  const at = (name: keyof Log) => (fields: LogFields, message: string) => logger[name](fields, message);
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

function describeCause(cause: unknown): unknown {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause === undefined ? {} : { cause: describeCause(cause.cause) };
  return { type: cause.name, message: cause.message, stack: cause.stack, ...inner };
}
