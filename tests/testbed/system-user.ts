/** An account of this host for one test, with a password that its services accept. Needs root, as the peers' packages do. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";

export interface SystemUser {
  readonly name: string;
  readonly password: string;
  readonly home: string;
  /** From now on nobody signs in to it. */
  expire(): void;
  /** The account and everything in its home. */
  remove(): void;
}

export function addSystemUser(prefix: string): SystemUser {
  const name = `${prefix}-${randomBytes(4).toString("hex")}`;
  const password = `pW!${randomBytes(12).toString("base64url")}`;
  run("useradd", ["--create-home", "--shell", "/bin/bash", name]);
  run("chpasswd", [], `${name}:${password}\n`);
  return {
    name,
    password,
    home: `/home/${name}`,
    expire: () => run("usermod", ["--expiredate", "1970-01-02", name]),
    remove: () => run("userdel", ["--force", "--remove", name]),
  };
}

function run(command: string, args: readonly string[], input = ""): void {
  const { status, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
  // userdel complains about a mail spool that was never there, and has done its work.
  const isFine = status === 0 || (command === "userdel" && status === 12);
  if (!isFine) throw new Error(`${command} failed: ${stderr}`);
}
