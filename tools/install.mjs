/**
 * Makes node_modules agree with package-lock.json, and finds the pinned Node in it.
 *
 * No packages may be imported here: this runs on a fresh clone, before anything is installed.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const OLDEST_WITHOUT_PIN = [24, 7]; // argon2id in node:crypto came with 24.7

/** Installs by the lockfile unless the stamp in node_modules says that this very lockfile is already installed. */
export async function ensureInstalled(root) {
  const stamp = path.join(root, "node_modules/.deskgate-installed");
  const wanted = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const begin = Date.now();
  const progress = startProgress("Installing packages");
  const failure = await npmInstall(root);
  progress.stop();
  if (failure) {
    process.stderr.write(
      `${failure}\nnpm install failed. Check the network and the disk, then run the same command again.\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`Installed packages in ${((Date.now() - begin) / 1000).toFixed(1)} s\n`);
}

/** The pinned Node of this platform, or the running one where no pin exists and it is new enough. */
export function pinnedNode(root) {
  const binary = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const file = path.join(root, "node_modules", name, binary);
  if (existsSync(file)) return file;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const newEnough =
    major > OLDEST_WITHOUT_PIN[0] || (major === OLDEST_WITHOUT_PIN[0] && minor >= OLDEST_WITHOUT_PIN[1]);
  if (newEnough) return process.execPath;
  process.stderr.write(
    `No pinned Node for ${process.platform}-${process.arch}. Install Node ${OLDEST_WITHOUT_PIN.join(".")} or newer and run the same command again.\n`,
  );
  process.exit(1);
}

/**
 * Resolves to npm's output when it failed, else to undefined.
 *
 * Not `npm ci`: it refuses a lockfile that lacks another platform's optional package, and registries drop such packages.
 * `install --no-save` keeps to the lockfile, checks its integrity values, and changes nothing.
 */
function npmInstall(root) {
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
  // Under `npm start` the very npm that runs us is named here; on Windows `npm` itself is a script that spawn cannot start.
  const npmScript = process.env.npm_execpath;
  const child = npmScript
    ? spawn(process.execPath, [npmScript, ...args], { cwd: root })
    : spawn(process.platform === "win32" ? "npm.cmd" : "npm", args, {
        cwd: root,
        shell: process.platform === "win32",
      });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("exit", (status) =>
      done(status === 0 ? undefined : output || `npm ended with status ${status}`),
    );
  });
}

/** A line that counts seconds on a terminal, and says once what it does elsewhere. */
function startProgress(what) {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${what} ...\n`);
    return { stop() {} };
  }
  const begin = Date.now();
  const draw = () => process.stderr.write(`\r${what} ... ${Math.round((Date.now() - begin) / 1000)} s `);
  draw();
  const timer = setInterval(draw, 1000);
  return {
    stop() {
      clearInterval(timer);
      process.stderr.write("\r\u001b[K");
    },
  };
}
