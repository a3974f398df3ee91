/** A real program started for a test, and ended with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

export interface Peer {
  readonly pid: number;
  /** Everything it has written so far, both streams. */
  output(): string;
  /** Asks it to end, and ends it after five seconds; settles when it is gone. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const STOP_DEADLINE_MS = 5_000;
const MAX_OUTPUT_CHARACTERS = 400_000;

/** Starts `command`. Its children are not followed: start programs that stay in the foreground. */
export function startPeer(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Peer {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => {
      output = (output + piece).slice(-MAX_OUTPUT_CHARACTERS);
    });
  }
  child.on("error", (error) => {
    output += `\n${command}: ${error.message}`;
  });
  // A test runner that dies must not leave its peers behind.
  const reap = () => void child.kill("SIGKILL");
  process.once("exit", reap);
  child.once("exit", () => process.off("exit", reap));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    stop: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE_MS);
  await gone;
  clearTimeout(force);
}

/** Polls `isReady` until it is; throws with the peer's last words where it takes too long or the peer ended. */
export async function ready(
  peer: Peer,
  isReady: () => boolean | Promise<boolean>,
  options: { readonly what: string; readonly deadlineMs?: number },
): Promise<void> {
  const until = Date.now() + (options.deadlineMs ?? 20_000);
  while (!(await isReady())) {
    if (until < Date.now())
      throw new Error(`${options.what} was not ready in time:\n${peer.output().slice(-3000)}`);
    if (!isAlive(peer.pid)) throw new Error(`${options.what} ended at once:\n${peer.output().slice(-3000)}`);
    await sleep(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** A free loopback port below the system's ephemeral range. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const outcome = await new Promise<boolean>((done) => {
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => done(true));
  });
  await new Promise((done) => (outcome ? server.close(done) : done(undefined)));
  return outcome;
}
