/**
 * The TLS certificate: read from files, or made and signed by itself at the first start; read again when the files change.
 *
 * A broken replacement is logged and the one in force stays. No key is ever shipped: each installation makes its own.
 */
// @peculiar/x509 needs this polyfill in place before it is loaded.
import "reflect-metadata";
import { webcrypto, X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { hostname, networkInterfaces } from "node:os";
import { dirname } from "node:path";
import type { SecureContext } from "node:tls";
import type { Log } from "@deskgate/contract";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { tlsContext } from "../transport/server.ts";
import type { TlsMaterial } from "../transport/transport.ts";

export interface CertificateFiles {
  readonly keyFile: string;
  readonly certificateFile: string;
}

export interface CertificateStore {
  /** The context for the next handshake. */
  current(): SecureContext;
  /** The same as PEM, for a port that is not the gateway's. */
  material(): TlsMaterial;
  /** SHA-256 of the certificate, in hexadecimal. */
  fingerprint(): string;
  /** Looks at the files now; called by a timer and by SIGHUP. */
  reload(): Promise<void>;
  close(): void;
}

const CHECK_INTERVAL_MS = 10_000;
const SELF_SIGNED_DAYS = 397; // browsers refuse longer ones
const DAY_MS = 86_400_000;

interface Loaded {
  readonly material: TlsMaterial;
  readonly context: SecureContext;
  readonly fingerprint: string;
}

/**
 * Opens the files and watches them. Rejects where they cannot be read or do not fit each other.
 * `onChanged` is told when others have taken their place.
 */
export async function openCertificate(
  files: CertificateFiles,
  log: Log,
  onChanged: () => void = () => {},
): Promise<CertificateStore> {
  let version = await versionOf(files);
  let loaded = await load(files);
  const reload = async () => {
    try {
      const now = await versionOf(files);
      if (now === version) return;
      loaded = await load(files);
      version = now;
      log.info({}, "Certificate reloaded");
      onChanged();
    } catch (cause) {
      log.error({ cause }, "Certificate not reloaded, the one in force stays");
    }
  };
  const timer = setInterval(() => void reload(), CHECK_INTERVAL_MS);
  timer.unref();
  return {
    current: () => loaded.context,
    material: () => loaded.material,
    fingerprint: () => loaded.fingerprint,
    reload,
    close: () => clearInterval(timer),
  };
}

async function load(files: CertificateFiles): Promise<Loaded> {
  const [key, certificate] = await Promise.all([
    readFile(files.keyFile, "utf8"),
    readFile(files.certificateFile, "utf8"),
  ]);
  const fingerprint = new X509Certificate(certificate).fingerprint256.replaceAll(":", "").toLowerCase();
  return { material: { key, certificate }, context: tlsContext({ key, certificate }), fingerprint };
}

async function versionOf(files: CertificateFiles): Promise<string> {
  const stats = await Promise.all([stat(files.keyFile), stat(files.certificateFile)]);
  return stats.map(({ mtimeMs, size, ino }) => `${mtimeMs}:${size}:${ino}`).join(" ");
}

/** Makes a self-signed certificate for this host's names and addresses, unless the files are there. True when it made one. */
export async function ensureSelfSigned(files: CertificateFiles): Promise<boolean> {
  if (await exists(files.certificateFile)) return false;
  const { key, certificate } = await makeSelfSigned(namesOfThisHost(), new Date());
  await mkdir(dirname(files.keyFile), { recursive: true, mode: 0o700 });
  await writeFile(files.keyFile, key, { mode: 0o600 });
  await chmod(files.keyFile, 0o600);
  await writeFile(files.certificateFile, certificate);
  return true;
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}

interface HostName {
  readonly type: Extract<GeneralNameType, "dns" | "ip">;
  readonly value: string;
}

function namesOfThisHost(): HostName[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const usable = addresses
    .filter(({ address }) => !address.startsWith("fe80:"))
    .map(({ address }) => address);
  const ips = new Set(["127.0.0.1", "::1", ...usable]);
  return [
    ...[...new Set(["localhost", hostname()])].map((value): HostName => ({ type: "dns", value })),
    ...[...ips].map((value): HostName => ({ type: "ip", value })),
  ];
}

async function makeSelfSigned(
  names: readonly HostName[],
  now: Date,
): Promise<{ key: string; certificate: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${names[0]?.value ?? "localhost"}, O=Deskgate self-signed`,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + SELF_SIGNED_DAYS * DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((name): JsonGeneralName => ({ ...name }))),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const lines = pkcs8.match(/.{1,64}/g)?.join("\n") ?? "";
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    certificate: certificate.toString("pem"),
  };
}
