/** `npm run check`: format, lint, types, architecture, dead code, drift of generated files; every step runs, the first failure decides. */
import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const bin = (file) => path.join(root, "node_modules", file);
const tsc = bin("typescript/bin/tsc");

const STEPS = [
  { name: "format and lint", args: [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."] },
  { name: "types: pure rooms", args: [tsc, "-p", "tsconfig.pure.json"] },
  { name: "types: server", args: [tsc, "-p", "tsconfig.json"] },
  { name: "types: console", args: [tsc, "-p", "packages/console/tsconfig.json"] },
  { name: "types: tests", args: [tsc, "-p", "tests/tsconfig.json"] },
  { name: "architecture", args: [path.join(root, "tools/arch.mjs")] },
  { name: "dead code", args: [bin("knip/bin/knip.js"), "--no-progress"] },
  { name: "generated files", args: [path.join(root, "tools/docs.ts"), "--check"] },
];

const failed = [];
// Two at a time: most steps use one core.
const queue = [...STEPS];
await Promise.all([worker(), worker()]);
if (failed.length > 0) {
  process.stderr.write(`\ncheck failed: ${failed.join(", ")}\n`);
  process.exit(1);
}

async function worker() {
  for (let step = queue.shift(); step; step = queue.shift()) await run(step);
}

function run(step) {
  const begin = Date.now();
  const child = spawn(process.execPath, step.args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((done) => {
    child.on("exit", (status) => {
      const seconds = ((Date.now() - begin) / 1000).toFixed(1);
      process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${step.name} (${seconds} s)\n`);
      if (status !== 0) {
        failed.push(step.name);
        process.stdout.write(`${output}\n`);
      }
      done();
    });
  });
}
