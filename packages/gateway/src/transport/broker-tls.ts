/**
 * TLS to the broker: a connection is handed out only after its certificate was found to be the one expected.
 *
 * INVARIANT: nothing is sent to a broker that is not verified, neither a request nor a header.
 */
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { connect, getCACertificates, type TLSSocket } from "node:tls";
import {
  CHANNEL_BINDING_BYTES,
  CHANNEL_BINDING_LABEL,
  DeskgateError,
  type ProvenConnection,
} from "@deskgate/contract";
import type { ListenAddress } from "./transport.ts";

/** `pinned`: exactly this certificate, whoever issued it. `authorities`: one that the system's or these authorities vouch for, with the broker's name in it. */
export type BrokerTrust =
  | { readonly kind: "pinned"; readonly fingerprint: string }
  | { readonly kind: "authorities"; readonly extra: readonly string[] };

export interface BrokerConnection extends ProvenConnection {
  readonly socket: TLSSocket;
}

const DIAL_DEADLINE_MS = 5_000;

/** Rejects with `broker_certificate_wrong`, or the system's error. */
export async function dialBroker(address: ListenAddress, trust: BrokerTrust): Promise<BrokerConnection> {
  const socket = await handshake(address, trust);
  const certificate = socket.getPeerCertificate().raw;
  const fingerprint = certificate ? createHash("sha256").update(certificate).digest("hex") : "none";
  const wrong = whatIsWrong(socket, { trust, fingerprint });
  if (wrong !== undefined) {
    socket.destroy();
    throw new DeskgateError("broker_certificate_wrong", { cause: new Error(wrong) });
  }
  const channelBinding = socket
    .exportKeyingMaterial(CHANNEL_BINDING_BYTES, CHANNEL_BINDING_LABEL, Buffer.alloc(0))
    .toString("base64url");
  return { socket, fingerprint, channelBinding };
}

function whatIsWrong(
  socket: TLSSocket,
  { trust, fingerprint }: { readonly trust: BrokerTrust; readonly fingerprint: string },
): string | undefined {
  switch (trust.kind) {
    case "pinned":
      return trust.fingerprint === fingerprint
        ? undefined
        : `expected the certificate ${trust.fingerprint}, got ${fingerprint}`;
    case "authorities":
      return socket.authorized ? undefined : `${socket.authorizationError} (certificate ${fingerprint})`;
  }
}

function handshake({ host, port }: ListenAddress, trust: BrokerTrust): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const extra = trust.kind === "authorities" ? trust.extra : [];
  const socket = connect({
    host,
    port,
    // A server name is a name (RFC 6066 §3); addresses are not sent.
    servername: isIP(host) === 0 ? host : "",
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.3",
    // The verdict is read above, where a pin can be the whole of it.
    rejectUnauthorized: false,
    ...(trust.kind === "authorities"
      ? { ca: [...getCACertificates("default"), ...getCACertificates("system"), ...extra] }
      : {}),
  });
  const giveUp = (cause: Error) => {
    clearTimeout(deadline);
    socket.destroy();
    reject(cause);
  };
  const onClose = () => giveUp(new Error("broker closed during the TLS handshake"));
  const deadline = setTimeout(
    () => giveUp(new Error(`no answer within ${DIAL_DEADLINE_MS} ms`)),
    DIAL_DEADLINE_MS,
  );
  socket.once("error", giveUp);
  socket.once("close", onClose);
  socket.once("secureConnect", () => {
    clearTimeout(deadline);
    socket.off("error", giveUp);
    socket.off("close", onClose);
    socket.setKeepAlive(true, 15_000);
    socket.setNoDelay(true);
    resolve(socket);
  });
  return promise;
}
