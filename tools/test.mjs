/**
 * `npm test`: peers, checks, unit tests, end-to-end tests. Every part runs, so that one failure does not hide another.
 *
 * Arguments narrow it to peers and vitest: `npm test -- packages/wire`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const only = process.argv.slice(2);
const counts = { passed: 0, failed: 0 };
const failures = [];

part("peers", [path.join(root, "tests/testbed/install.ts")]);
if (only.length > 0) {
  // Where they could not be installed, those of the chosen tests that need them say so.
  failures.length = 0;
  vitest("tests", only);
} else {
  part("check", [path.join(root, "tools/check.mjs")]);
  vitest("unit tests", ["--project", "unit"]);
  vitest("the broker on PostgreSQL", ["--project", "postgres"]);
  vitest("end-to-end tests", ["--project", "e2e"]);
  vitest("end-to-end tests, planes apart", ["--project", "e2e-apart"]);
}
if (failures.length > 0) process.stderr.write(`\nfailed: ${failures.join(", ")}\n`);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exit(failures.length > 0 ? 1 : 0);

function part(name, args) {
  const begin = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  process.stdout.write(
    `== ${name}: ${status === 0 ? "ok" : "FAILED"} in ${Math.round((Date.now() - begin) / 1000)} s\n`,
  );
  if (status !== 0) failures.push(name);
}

function vitest(name, args) {
  const folder = mkdtempSync(path.join(tmpdir(), "deskgate-test-"));
  const report = path.join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  part(name, [path.join(root, "node_modules/vitest/vitest.mjs"), "run", ...reporters, ...args]);
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    counts.passed += numPassedTests;
    counts.failed += numFailedTests;
    // A run in which no test ran proves nothing.
    if (numPassedTests + numFailedTests === 0) failures.push(`${name} (no test ran)`);
  } catch {
    failures.push(`${name} (no report)`);
  }
  rmSync(folder, { recursive: true, force: true });
}
