/** Becoming a gateway: a code and a fresh key are shown to the broker whose certificate the code names. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import {
  DeskgateError,
  parseGatewayCode,
  REGISTRATION_PATH,
  type Registration,
  registrationReplySchema,
  registrationText,
  type Secret,
} from "@deskgate/contract";
import { type BrokerConnection, dialBroker } from "../transport/broker-tls.ts";
import type { ListenAddress } from "../transport/transport.ts";
import {
  type GatewayIdentity,
  makeKey,
  publicKeyOf,
  readIdentity,
  signText,
  writeIdentity,
} from "./identity.ts";
import { parseJson, refusalIn, textOf } from "./refusal.ts";

const ANSWER_DEADLINE_MS = 15_000;

export interface RegistrationOptions {
  readonly broker: ListenAddress;
  readonly directory: string;
  /** As the administrator was given it; absent where none was given. */
  readonly code: Secret | undefined;
  /** What the gateway calls itself. */
  readonly name: string;
  readonly version: string;
}

/**
 * The gateway's identity: the one it has, or a new one where a code is given that was not used for it.
 * `undefined` where there is neither. Rejects with the broker's refusal, or where it cannot be reached.
 */
export async function ensureRegistered(options: RegistrationOptions): Promise<GatewayIdentity | undefined> {
  const known = await readIdentity(options.directory);
  const code = options.code?.reveal().trim();
  if (code === undefined || code === "") return known;
  const codeHash = createHash("sha256").update(code).digest("hex");
  if (known?.codeHash === codeHash) return known;
  const identity = await register(code, codeHash, options);
  await writeIdentity(options.directory, identity);
  return identity;
}

async function register(
  text: string,
  codeHash: string,
  { broker, name, version }: RegistrationOptions,
): Promise<GatewayIdentity> {
  const code = parseGatewayCode(text);
  if (!code) throw new DeskgateError("gateway_code_malformed");
  const privateKey = makeKey();
  const publicKey = publicKeyOf(privateKey);
  // The code names the certificate, whoever issued it: no other broker ever sees the secret.
  const connection = await dialBroker(broker, { kind: "pinned", fingerprint: code.fingerprint });
  const about = { secret: code.secret, publicKey, name };
  const signature = signText(privateKey, registrationText(about, connection));
  const reply = await send(connection, broker, { ...about, version, signature });
  return {
    gatewayId: reply.gatewayId,
    name: reply.name,
    privateKey,
    brokerFingerprint: code.fingerprint,
    codeHash,
  };
}

async function send({ socket }: BrokerConnection, { host, port }: ListenAddress, registration: Registration) {
  const body = JSON.stringify(registration);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request(
    {
      ...{ method: "POST", host, port, path: REGISTRATION_PATH, createConnection: () => socket },
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
      timeout: ANSWER_DEADLINE_MS,
    },
    resolve,
  );
  asked.on("timeout", () => asked.destroy(new Error("broker did not answer in time")));
  asked.on("error", reject);
  asked.end(body);
  try {
    const response = await promise;
    if (response.statusCode !== 201) throw await refusalIn(response);
    return registrationReplySchema.parse(parseJson(await textOf(response)));
  } finally {
    socket.destroy();
  }
}
