/** Builds the web console into packages/console/dist, unless the sources are those of the last build. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dist = path.join(root, "packages/console/dist");
const stamp = path.join(dist, ".sources");

const wanted = hashOfSources();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) build();

/** Everything that reaches the bundle: the console, what it imports of ours, and the installed packages. */
function hashOfSources() {
  const hash = createHash("sha256");
  const patterns = [
    "packages/console/{*.html,package.json,*.ts,postcss.config.mjs}",
    "packages/console/{src,public}/**/*",
    "packages/{contract,wire}/src/**/*.ts",
    "package-lock.json",
  ];
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  for (const file of files) {
    const full = path.join(root, file);
    if (statSync(full).isFile() && !file.endsWith(".test.ts"))
      hash.update(file).update("\0").update(readFileSync(full)).update("\0");
  }
  return hash.digest("hex");
}

function build() {
  const begin = Date.now();
  process.stderr.write("Building the console ...\n");
  const vite = path.join(root, "node_modules/vite/bin/vite.js");
  const result = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: path.join(root, "packages/console"),
    // Its progress drawing is of no use here; what it says is shown when it fails.
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) {
    process.stderr.write(
      `${result.stdout}${result.stderr}\nThe console did not build; see the lines above.\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`Built the console in ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
}
