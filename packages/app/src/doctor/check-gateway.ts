/** What a gateway that is a process of its own needs beyond its port and certificate. */
import { type GatewayIdentity, readIdentity } from "@deskgate/gateway";
import { brokerAddress, brokerTrust } from "../compose-apart.ts";
import type { Config } from "../config/resolve.ts";
import { checkBroker } from "./check-broker.ts";
import type { Finding } from "./finding.ts";

const SUBJECT = "Registration";

export async function checkGateway({ gateway, dataDirectory }: Config, nowMs: number): Promise<Finding[]> {
  let identity: GatewayIdentity | undefined;
  try {
    identity = await readIdentity(dataDirectory);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : "cannot be read";
    return [
      { level: "bad", subject: SUBJECT, text, advice: `Look at ${dataDirectory}: may this user read it?` },
    ];
  }
  if (!identity) {
    const advice =
      'Make a code on the broker with "deskgate gateway-code create", and start the gateway with it.';
    return [{ level: "bad", subject: SUBJECT, text: `none in ${dataDirectory}`, advice }];
  }
  const registered: Finding = {
    level: "good",
    subject: SUBJECT,
    text: `"${identity.name}" (${identity.gatewayId})`,
  };
  const trust = await brokerTrust(gateway, identity);
  return [registered, ...(await checkBroker(brokerAddress(gateway), trust, nowMs))];
}
