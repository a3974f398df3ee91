/** Runs until a signal ends the program, then closes it in order. */
import process from "node:process";
import type { Log } from "@deskgate/contract";

/** LIMIT: a stop that takes longer is no stop. */
const STOP_DEADLINE_MS = 10_000;

export async function untilSignal(
  running: { readonly certificate: { reload(): Promise<void> }; close(): Promise<void> },
  log: Log,
): Promise<void> {
  process.on("SIGHUP", () => void running.certificate.reload());
  await stopSignal();
  log.info({}, "Stopping");
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  await running.close();
}

function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
}
