/** Certificates of the tests' peers, and whether a port answers. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

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

export interface Authority {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** An authority of a test's own, in `folder`. */
export function makeAuthority(folder: string, name: string): Authority {
  const authority = { certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
  const { keyFile, certificateFile } = authority;
  run("req", "-x509", ...NEW_KEY, "-keyout", keyFile, "-out", certificateFile, "-subj", `/CN=${name}`);
  return authority;
}

/** A key and a certificate beside the authority that vouches for it. `names` as OpenSSL writes them: `IP:…`, `DNS:…`. */
export function issueCertificate(
  authority: Authority,
  names: string,
): { readonly certificateFile: string; readonly keyFile: string } {
  const folder = dirname(authority.certificateFile);
  const place = join(folder, names.replaceAll(/\W/g, "-"));
  const files = { certificateFile: `${place}.pem`, keyFile: `${place}.key` };
  const request = `${place}.csr`;
  const { certificateFile, keyFile } = files;
  const extension = ["-addext", `subjectAltName=${names}`];
  run("req", "-new", ...NEW_KEY, "-keyout", keyFile, "-out", request, "-subj", "/CN=server", ...extension);
  const by = ["-CA", authority.certificateFile, "-CAkey", authority.keyFile, "-CAcreateserial"];
  run(
    "x509",
    "-req",
    "-in",
    request,
    ...by,
    "-days",
    "30",
    "-copy_extensions",
    "copy",
    "-out",
    certificateFile,
  );
  return files;
}

const NEW_KEY = ["-newkey", "rsa:2048", "-nodes"];

function run(...args: string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl failed: ${stderr}`);
}

/** By the kernel's own list, so that no server is bothered with a connection; for IPv4 and IPv6 alike. */
export async function acceptsTcp(port: number): Promise<boolean> {
  const lists = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
  const listening = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F]+:0000 0A `);
  return lists.some((list) => listening.test(list));
}
