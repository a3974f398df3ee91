/**
 * The log as the planes see it: fields first, then a capitalised sentence without full stop.
 *
 * Field names are fixed here so that one search finds an event in every room. The program passes a pino logger in;
 * nothing here writes. INVARIANT: no field carries a secret, a ticket or a URL.
 */
export interface LogFields {
  readonly code?: string;
  readonly reason?: string;
  readonly cause?: unknown;
  readonly userId?: string;
  readonly sessionId?: string;
  readonly connectionId?: string;
  readonly machineId?: string;
  readonly gatewayId?: string;
  readonly requestId?: string;
  readonly protocol?: string;
  readonly viewerAddress?: string;
  readonly target?: string;
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  readonly bytesToViewer?: number;
  readonly bytesToTarget?: number;
  readonly count?: number;
  readonly detail?: string;
}

/**
 * `error`: someone must act now (none on a healthy day). `warn`: someone should look today, or an attack was refused.
 * `info`: what an auditor would ask for. `debug`: ordinary endings, such as a closed laptop.
 */
export interface Log {
  error(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
}
