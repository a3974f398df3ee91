/** Certificates of the tests' peers, and whether a port answers. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";

/** A new key and its self-signed certificate for `name`. */
export function makeCertificate(keyFile: string, certificateFile: string, name: string): void {
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", `/CN=${name}`];
  const { status, stderr } = spawnSync(
    "openssl",
    [...args, "-keyout", keyFile, "-out", certificateFile, "-addext", `subjectAltName=DNS:${name}`],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`openssl failed: ${stderr}`);
}

/** By the kernel's own list, so that no server is bothered with a connection; for IPv4 and IPv6 alike. */
export async function acceptsTcp(port: number): Promise<boolean> {
  const lists = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
  const listening = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 0A `);
  return lists.some((list) => listening.test(list));
}
