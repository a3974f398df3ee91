/** A peer at the gateways' port that need not be a gateway, each time on a connection of its own. Not part of the program. */
import { randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import {
  CHANNEL_BINDING_BYTES,
  CHANNEL_BINDING_LABEL,
  LINK_HEADERS,
  LINK_PATH,
  linkProofText,
} from "@deskgate/contract";
import type { GatewayIdentity } from "@deskgate/gateway";
import { WebSocket } from "ws";
import type { ListeningBroker } from "./listening-broker.testing.ts";

export class Stranger {
  readonly #broker: ListeningBroker;

  constructor(broker: ListeningBroker) {
    this.#broker = broker;
  }

  async tls(): Promise<TLSSocket> {
    const options = { rejectUnauthorized: false, minVersion: "TLSv1.3" } as const;
    const socket = connect({ ...this.#broker.address, ...options });
    await once(socket, "secureConnect");
    return socket;
  }

  proofHeaders(socket: TLSSocket, identity: GatewayIdentity, key = identity.privateKey) {
    const binding = socket.exportKeyingMaterial(
      CHANNEL_BINDING_BYTES,
      CHANNEL_BINDING_LABEL,
      Buffer.alloc(0),
    );
    const connection = {
      fingerprint: this.#broker.certificate.fingerprint(),
      channelBinding: binding.toString("base64url"),
    };
    const nonce = randomBytes(16).toString("base64url");
    const proof = { gatewayId: identity.gatewayId, timestampMs: Date.now(), nonce, version: "1" };
    const signature = sign(null, Buffer.from(linkProofText(proof, connection)), key).toString("base64url");
    return {
      [LINK_HEADERS.gateway]: proof.gatewayId,
      [LINK_HEADERS.timestamp]: String(proof.timestampMs),
      [LINK_HEADERS.nonce]: nonce,
      [LINK_HEADERS.version]: proof.version,
      [LINK_HEADERS.signature]: signature,
    };
  }

  webSocketOn(socket: TLSSocket, headers: Record<string, string>, path = LINK_PATH): WebSocket {
    const { host, port } = this.#broker.address;
    const options = { createConnection: () => socket, headers };
    const opened = new WebSocket(`wss://${host}:${port}${path}`, options);
    opened.on("error", () => {});
    return opened;
  }

  /** One request by HTTPS, outside the link. */
  async ask(about: RequestOptions, sent?: string | Buffer): Promise<{ status: number; body: string }> {
    const asked = request({ ...this.#broker.address, ...about, rejectUnauthorized: false, agent: false });
    asked.end(sent);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const body = await text(response);
    return { status: response.statusCode ?? 0, body };
  }
}

/** The code of the refusal in a reply's body. */
export function codeOf(body: string): string {
  const { error } = JSON.parse(body) as { error: { code: string } };
  return error.code;
}
