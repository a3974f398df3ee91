/** Whether a gateway can reach its broker, would believe it, and agrees with it on the time. Opens no link, so that a running gateway keeps its own. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { DeskgateError, MAX_CLOCK_SKEW_MS } from "@deskgate/contract";
import { type BrokerTrust, dialBroker } from "@deskgate/gateway";
import type { HostPort } from "../config/listen-address.ts";
import type { Finding } from "./finding.ts";

const BROKER = "Broker";
const CLOCK = "Clock";
const CERTIFICATE = "Broker's certificate";
const ASK_DEADLINE_MS = 5_000;
const DAY_MS = 86_400_000;
const WARN_DAYS = 21;

type Dialled = Awaited<ReturnType<typeof dialBroker>>;

export async function checkBroker(address: HostPort, trust: BrokerTrust, nowMs: number): Promise<Finding[]> {
  let dialled: Dialled;
  try {
    dialled = await dialBroker(address, trust);
  } catch (cause) {
    return [describeFailure(address, cause)];
  }
  const text = `answers at ${address.host}:${address.port}`;
  const validToMs = Date.parse(dialled.socket.getPeerCertificate().valid_to);
  const findings = [checkCertificate({ trust, fingerprint: dialled.fingerprint, validToMs }, nowMs)];
  try {
    const brokerMs = await clockOf(address, dialled);
    return [{ level: "good", subject: BROKER, text }, ...findings, compareClocks(brokerMs, nowMs)];
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "no answer";
    return [
      { level: "bad", subject: BROKER, text: `${text}, but not in HTTP (${why})`, advice: ADDRESS_ADVICE },
      ...findings,
    ];
  } finally {
    dialled.socket.destroy();
  }
}

const ADDRESS_ADVICE =
  "Is gateway.broker the broker's own port (broker.listen, 8444 by default), and does a firewall let this host reach it?";

function describeFailure({ host, port }: HostPort, cause: unknown): Finding {
  if (cause instanceof DeskgateError && cause.code === "broker_certificate_wrong") {
    const text = cause.cause instanceof Error ? cause.cause.message : cause.message;
    const advice =
      "If the broker's certificate was changed on purpose, compare with what the broker prints at its start, and set gateway.brokerFingerprint. Otherwise someone is in between.";
    return { level: "bad", subject: CERTIFICATE, text, advice };
  }
  const why = cause instanceof Error ? cause.message : "no answer";
  return {
    level: "bad",
    subject: BROKER,
    text: `${host}:${port} does not answer (${why})`,
    advice: ADDRESS_ADVICE,
  };
}

function checkCertificate(
  about: { readonly trust: BrokerTrust; readonly fingerprint: string; readonly validToMs: number },
  nowMs: number,
): Finding {
  const daysLeft = Math.floor((about.validToMs - nowMs) / DAY_MS);
  const how = about.trust.kind === "pinned" ? "the pinned one" : "vouched for by an authority";
  const text = `${how}, ${about.fingerprint}, valid for ${daysLeft} days`;
  if (WARN_DAYS <= daysLeft) return { level: "good", subject: CERTIFICATE, text };
  const advice = "Renew it on the broker. Where it is pinned, set gateway.brokerFingerprint to the new one.";
  return { level: "warning", subject: CERTIFICATE, text, advice };
}

/** Every answer of HTTP says when it was given (RFC 9110 §6.6.1). */
async function clockOf({ host, port }: HostPort, { socket }: Dialled): Promise<number> {
  const asked = request({
    ...{ host, port, path: "/api/v1/status", createConnection: () => socket },
    timeout: ASK_DEADLINE_MS,
  });
  asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.resume();
  const brokerMs = Date.parse(response.headers.date ?? "");
  if (Number.isNaN(brokerMs)) throw new Error("it does not say the time");
  return brokerMs;
}

function compareClocks(brokerMs: number, nowMs: number): Finding {
  const offSeconds = Math.round((nowMs - brokerMs) / 1000);
  const text =
    offSeconds === 0
      ? "agrees with the broker's"
      : `is ${Math.abs(offSeconds)} s ${offSeconds < 0 ? "behind" : "before"} the broker's`;
  if (Math.abs(nowMs - brokerMs) <= MAX_CLOCK_SKEW_MS) return { level: "good", subject: CLOCK, text };
  const advice =
    "The broker refuses links from a clock more than a minute off. Set both by NTP (timedatectl set-ntp true).";
  return { level: "bad", subject: CLOCK, text, advice };
}
