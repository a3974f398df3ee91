/**
 * TLS towards machines, on a connection that has spoken something else before.
 *
 * The handshake accepts every certificate, because whether it is the right one is the broker's decision; it is handed
 * out together with the system's opinion. INVARIANT: the caller asks for that decision before it sends anything.
 */
import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import {
  connect,
  createSecureContext,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { NodeConnection } from "./node-connection.ts";
import type { Connection } from "./transport.ts";

export interface SecuredConnection {
  readonly connection: Connection;
  /** DER, the machine's own first. */
  readonly certificates: readonly Uint8Array[];
  /** SHA-256 of the machine's own, in hexadecimal. */
  readonly fingerprint: string;
  /** Subject, issuer and end, for people. */
  readonly description: string;
  /** Whether an authority vouches for it and for the host's name. */
  readonly isAuthorityVerified: boolean;
}

export interface TargetTls {
  /** Takes `connection` over, which must be one that was dialled. Rejects where the handshake fails or `signal` aborts. */
  start(
    connection: Connection,
    options: { readonly host: string; readonly signal: AbortSignal },
  ): Promise<SecuredConnection>;
}

/** LIMIT: certificates of one machine; longer chains are cut. */
const MAX_CERTIFICATES = 10;
const MAX_DESCRIPTION_CHARACTERS = 500;

/** `extraAuthorities`: PEM certificates believed beside the system's. */
export function createTargetTls(extraAuthorities: readonly string[] = []): TargetTls {
  let context: SecureContext | undefined;
  // Reading a hundred authorities takes milliseconds, so it is done once, and not before it is needed.
  const secureContext = () => {
    context ??= createSecureContext({
      ca: [...getCACertificates("default"), ...getCACertificates("system"), ...extraAuthorities],
      minVersion: "TLSv1.2",
    });
    return context;
  };
  return {
    start: (connection, options) =>
      startTlsClient(connection, { ...options, secureContext: secureContext() }),
  };
}

function startTlsClient(
  connection: Connection,
  options: { readonly host: string; readonly signal: AbortSignal; readonly secureContext: SecureContext },
): Promise<SecuredConnection> {
  if (!(connection instanceof NodeConnection))
    throw new TypeError("only a dialled connection can be secured");
  const { promise, resolve, reject } = Promise.withResolvers<SecuredConnection>();
  const { host, signal, secureContext } = options;
  const tls = connect({
    socket: connection.handOver(),
    host,
    // A server name is a name (RFC 6066 §3); addresses are not sent.
    servername: isIP(host) === 0 ? host : "",
    secureContext,
    rejectUnauthorized: false,
  });
  const giveUp = () => {
    tls.destroy();
    reject(signal.reason);
  };
  const onError = (error: Error) => {
    signal.removeEventListener("abort", giveUp);
    reject(error);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  tls.once("error", onError);
  tls.once("close", () => onError(new Error("machine closed during the TLS handshake")));
  tls.once("secureConnect", () => {
    signal.removeEventListener("abort", giveUp);
    tls.off("error", onError);
    const secured = describe(tls);
    if (secured) resolve(secured);
    else {
      tls.destroy();
      reject(new Error("machine showed no certificate"));
    }
  });
  if (signal.aborted) giveUp();
  return promise;
}

function describe(tls: TLSSocket): SecuredConnection | undefined {
  const certificates = chainOf(tls);
  const [own] = certificates;
  if (!own) return undefined;
  return {
    connection: new NodeConnection(tls),
    certificates,
    fingerprint: createHash("sha256").update(own).digest("hex"),
    description: describeCertificate(own),
    isAuthorityVerified: tls.authorized,
  };
}

function chainOf(tls: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  let next = tls.getPeerCertificate(true);
  // A self-signed certificate names itself as its issuer's.
  while (next?.raw && !seen.has(next.fingerprint256) && chain.length < MAX_CERTIFICATES) {
    seen.add(next.fingerprint256);
    chain.push(next.raw);
    next = next.issuerCertificate;
  }
  return chain;
}

function describeCertificate(certificate: Uint8Array): string {
  const { subject, issuer, validTo } = new X509Certificate(certificate);
  const line = (text: string | undefined) => (text ?? "").replaceAll("\n", ", ");
  const text = `${line(subject)}; issued by ${line(issuer)}; valid to ${validTo}`;
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_DESCRIPTION_CHARACTERS);
}
