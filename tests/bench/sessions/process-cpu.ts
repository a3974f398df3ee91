/** CPU time of a process and all that it started, from /proc/PID/stat, and of a whole core, from /proc/stat. */
import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ, which Linux fixes for everything that reads /proc. */
const TICKS_PER_SECOND = 100;

/** utime + stime of the whole tree. Who ends during a window takes his time along; nobody does while sessions are open. */
export function treeCpuSeconds(pid: number): number {
  const own = statOf(pid);
  return own + childrenOf(pid).reduce((sum, child) => sum + treeCpuSeconds(child), 0);
}

/** Seconds that a core was not idle, by the kernel's ticks. */
export function busySeconds(core: number): number {
  const line = new RegExp(`^cpu${core} (.*)$`, "m").exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? "";
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(" ").map(Number);
  return (user + nice + system + irq + softIrq) / TICKS_PER_SECOND;
}

function statOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11] /* utime */) + Number(fields[12] /* stime */)) / TICKS_PER_SECOND;
}

/** A child is listed with the thread that forked it. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(Number),
  );
}
