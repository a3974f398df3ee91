/**
 * Sends records to a syslog collector as they are made: over UDP, or over TCP or TLS with octet counting (RFC 6587,
 * RFC 5425), one connection that is made again when it breaks.
 *
 * The server never waits for it. INVARIANT: at most {@link MAX_QUEUED} messages wait; what does not fit is counted, never
 * silently lost. Syslog knows no receipts: what a broken connection had in flight may be missing at the collector, and
 * `deskgate audit export` fills the gap, which the sequence numbers show.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createConnection, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Log } from "@deskgate/contract";

export interface Collector {
  readonly transport: "udp" | "tcp" | "tls";
  readonly host: string;
  readonly port: number;
  /** PEM; absent believes the system's authorities. */
  readonly authorities: string | undefined;
}

export interface SyslogSender {
  send(message: string): void;
  counts(): { readonly sent: number; readonly dropped: number; readonly queued: number };
  /** Whether the collector did not take what it was last given. */
  isFailing(): boolean;
  /** Sends what waits, up to a deadline, and hangs up. */
  close(): Promise<void>;
}

// LIMIT: messages that wait for the collector.
export const MAX_QUEUED = 10_000;
const CONNECT_DEADLINE_MS = 5_000;
const WRITE_DEADLINE_MS = 5_000;
const CLOSE_DEADLINE_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** One way to get a message over. */
interface Carrier {
  /** Rejects where the message cannot be handed over in time. */
  carry(message: string): Promise<void>;
  close(): void;
}

export function openSyslogSender(collector: Collector, log: Log, maxQueued = MAX_QUEUED): SyslogSender {
  const carrier = collector.transport === "udp" ? udpCarrier(collector) : streamCarrier(collector);
  const queue: string[] = [];
  const closing = new AbortController();
  let sent = 0;
  let dropped = 0;
  let isTrouble = false;
  let wake = () => {};
  let idle = Promise.withResolvers<void>();
  idle.resolve();

  const trouble = (cause: unknown) => {
    if (!isTrouble)
      log.warn({ cause, target: target(collector) }, "Syslog collector does not take the audit");
    isTrouble = true;
  };
  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!closing.signal.aborted) {
      const [message] = queue;
      if (message === undefined) {
        idle.resolve();
        await new Promise<void>((done) => {
          wake = done;
        });
        continue;
      }
      try {
        await carrier.carry(message);
        queue.shift();
        sent += 1;
        pauseMs = FIRST_PAUSE_MS;
        if (isTrouble) log.info({ target: target(collector) }, "Syslog collector takes the audit again");
        isTrouble = false;
      } catch (cause) {
        trouble(cause);
        await pause(pauseMs, closing.signal);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  };
  const running = run();
  return {
    send(message) {
      if (closing.signal.aborted || maxQueued <= queue.length) {
        dropped += 1;
        return;
      }
      if (queue.length === 0) idle = Promise.withResolvers<void>();
      queue.push(message);
      wake();
    },
    counts: () => ({ sent, dropped, queued: queue.length }),
    isFailing: () => isTrouble,
    async close() {
      await Promise.race([idle.promise, pause(CLOSE_DEADLINE_MS, closing.signal)]);
      dropped += queue.splice(0).length;
      closing.abort();
      wake();
      carrier.close();
      await running;
    },
  };
}

function target({ transport, host, port }: Collector): string {
  return `${transport} ${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function udpCarrier({ host, port }: Collector): Carrier {
  const socket = createSocket({ type: isIP(host) === 6 ? "udp6" : "udp4" });
  socket.unref();
  socket.on("error", () => {});
  return {
    carry: (message) =>
      new Promise((done, fail) => {
        socket.send(message, port, host, (cause) => (cause ? fail(cause) : done()));
      }),
    close: () => socket.close(),
  };
}

function streamCarrier(collector: Collector): Carrier {
  let socket: Socket | undefined;
  return {
    async carry(message) {
      socket = socket?.writable ? socket : await connect(collector);
      const live = socket;
      const bytes = Buffer.from(message);
      try {
        await withDeadline(WRITE_DEADLINE_MS, (signal) => write(live, bytes, signal));
      } catch (cause) {
        live.destroy();
        throw cause;
      }
    },
    close: () => socket?.destroySoon(),
  };
}

async function connect({ transport, host, port, authorities }: Collector): Promise<Socket> {
  const ca = authorities === undefined ? {} : { ca: authorities };
  // A name is checked against the certificate; SNI takes no addresses.
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket =
    transport === "tls" ? connectTls({ host, port, ...ca, ...name }) : createConnection({ host, port });
  socket.unref();
  try {
    const ready = transport === "tls" ? "secureConnect" : "connect";
    await withDeadline(CONNECT_DEADLINE_MS, (signal) => once(socket, ready, { signal }));
  } catch (cause) {
    socket.destroy();
    throw cause;
  }
  // From here on a write meets what went wrong.
  socket.on("error", () => {});
  // A collector says nothing; what comes is dropped, so that its end is seen.
  socket.resume();
  return socket;
}

function write(socket: Socket, message: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    const frame = Buffer.concat([Buffer.from(`${message.length} `), message]);
    socket.write(frame, (cause) => (cause ? fail(cause) : done()));
  });
}

async function withDeadline<Result>(
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  try {
    return await work(late.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early when `signal` says so. */
function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, durationMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
