/**
 * The one way into the project's commands: `npm start`, `npm test`, `npm run check`, ...
 *
 * Runs on any Node from 20 up and needs no package: it installs what is missing, then starts the job under the
 * Node that package-lock.json pins. Jobs are listed in JOBS; each is one file in tools/ or the program itself.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ensureInstalled, pinnedNode } from "./install.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Job name → the script and its fixed arguments; `console` asks for a built web console first. */
const JOBS = {
  start: { script: "packages/app/src/main.ts", args: ["serve"], console: true },
  deskgate: { script: "packages/app/src/main.ts", args: [] },
  check: { script: "tools/check.mjs", args: [] },
  test: { script: "tools/test.mjs", args: [], console: true },
  bench: { script: "tests/bench/main.ts", args: [] },
  "bench:sessions": { script: "tests/bench/sessions/main.ts", args: [] },
  "bench:broker": { script: "tests/bench/broker/main.ts", args: [] },
  screenshots: { script: "tests/screenshots/main.ts", args: [], console: true },
  docs: { script: "tools/docs.ts", args: [] },
  format: { script: "node_modules/@biomejs/biome/bin/biome", args: ["check", "--write", "."] },
};

const ORPHAN_CHECK_MS = 500;

const [name = "", ...extra] = process.argv.slice(2);
const job = JOBS[name];
if (!job) {
  process.stderr.write(`unknown job "${name}"; there are: ${Object.keys(JOBS).join(", ")}\n`);
  process.exit(2);
}
await ensureInstalled(root);
const node = pinnedNode(root);
if (job.console) await runToEnd([path.join(root, "tools/build-console.mjs")]);
process.exitCode = await runToEnd([path.join(root, job.script), ...job.args, ...extra]);

/** Runs the pinned Node with `args`, passing signals on; resolves to the exit status, ends this program on a failed step. */
function runToEnd(args) {
  if (!existsSync(args[0])) {
    process.stderr.write(`missing ${path.relative(root, args[0])}\n`);
    process.exit(2);
  }
  const env = { ...process.env, DESKGATE_SYSTEM_NODE: process.env.DESKGATE_SYSTEM_NODE ?? process.execPath };
  // What was compiled once is not compiled again: a command of the program starts in half the time.
  env.NODE_COMPILE_CACHE ??= path.join(root, "node_modules/.cache/compile");
  // The pinned Node comes first on PATH so that tools that start `node` themselves get the same one.
  env.PATH = `${path.dirname(node)}${path.delimiter}${env.PATH ?? ""}`;
  const child = spawn(node, args, { stdio: "inherit", cwd: process.cwd(), env });
  // A terminal sends Ctrl-C to the whole group; a supervisor signals only this process.
  const pass = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
  // npm passes a signal to the shell between us, which ends without passing it on.
  const parent = process.ppid;
  const orphaned = setInterval(() => process.ppid === parent || child.kill("SIGTERM"), ORPHAN_CHECK_MS);
  return new Promise((done) => {
    child.on("error", (error) => {
      process.stderr.write(`cannot start ${node}: ${error.message}\n`);
      process.exit(1);
    });
    child.on("exit", (status, signal) => {
      clearInterval(orphaned);
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, pass);
      const code = status ?? (signal ? 1 : 0);
      if (code !== 0 && args[0].endsWith("build-console.mjs")) process.exit(code);
      done(code);
    });
  });
}
