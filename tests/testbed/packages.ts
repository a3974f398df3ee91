/**
 * The Debian packages that the tests' peers come from, and their installation where this user may install.
 *
 * Peers are never skipped: a missing one that cannot be installed is an error that says what to install.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** Package → what it is for. */
export const TEST_PACKAGES = {
  fish: "a shell whose completion is tried",
  "freerdp2-shadow-x11": "an RDP server with network level authentication, and one with TLS alone",
  chromium: "the browser that people use",
  fuse3: "files by the clipboard of an RDP desktop",
  git: "clones of the working tree for first-run tests",
  "libglib2.0-bin": "gio, which copies files as file managers do",
  imagemagick: "known pictures and screenshots",
  openbox: "a window manager for X desktops",
  openssl: "certificates of peers",
  "openssh-client": "ssh-keygen",
  "openssh-server": "sshd, a machine with a terminal and files",
  postgresql: "the other database",
  "qemu-system-x86": "virtual machines under software emulation",
  socat: "a device where a SPICE agent wants one and its server has a socket",
  "spice-vdagent": "the SPICE agent",
  "tigervnc-standalone-server": "Xvnc, a Linux desktop over VNC",
  "tigervnc-tools": "vncpasswd",
  rsyslog: "a syslog collector for the audit",
  weston: "a Wayland desktop with an RDP server of its own",
  "winpr-utils": "winpr-hash, for the accounts of FreeRDP's server",
  "x11-apps": "xclock, something that moves",
  "x11-utils": "xdpyinfo and xprop, to know when an X desktop is ready",
  xclip: "the clipboard of an X desktop",
  xorgxrdp: "the X server of xrdp",
  xrdp: "a Linux desktop over RDP",
  "xserver-xspice": "a Linux desktop over SPICE, with an agent",
  xterm: "something to type into",
  xvfb: "X desktops without a screen",
  zsh: "a shell whose completion is tried",
} as const;

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder
const STATUS_FORMAT = "${Status}";

/** Those of `names` that are not installed. */
export function missingPackages(names: readonly string[]): string[] {
  return names.filter((name) => {
    const { stdout, status } = spawnSync("dpkg-query", ["-W", "-f", STATUS_FORMAT, name], {
      encoding: "utf8",
    });
    return status !== 0 || !stdout.includes("ok installed");
  });
}

/** Installs what is missing. Throws with the command to run by hand where that is not allowed or fails. */
export function ensurePackages(names: readonly string[]): void {
  const missing = missingPackages(names);
  if (missing.length === 0) return;
  process.stdout.write(`Installing for the tests: ${missing.join(" ")}\n`);
  const prefix = rootPrefix();
  if (
    !prefix ||
    !apt(prefix, ["update"]) ||
    !apt(prefix, ["install", "-y", "--no-install-recommends", ...missing])
  ) {
    throw new Error(
      `the tests need these packages; run: sudo apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
  }
}

/** How to become root without being asked, or `undefined` where that is not possible. */
function rootPrefix(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n"] : undefined;
}

function apt(prefix: readonly string[], args: readonly string[]): boolean {
  const [command = "env", ...rest] = [
    ...prefix,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-q",
    "-o",
    "DPkg::Lock::Timeout=600",
    ...args,
  ];
  const { status, stdout, stderr } = spawnSync(command, rest, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) process.stderr.write(`${stdout}\n${stderr}\n`);
  return status === 0;
}
