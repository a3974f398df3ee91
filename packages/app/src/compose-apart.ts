/** The two planes in processes of their own: `deskgate broker` and `deskgate gateway`. The parts are those of `compose.ts`. */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { Broker, LinkListener } from "@deskgate/broker";
import { DeskgateError, type Log, type Secret } from "@deskgate/contract";
import {
  type BrokerTrust,
  type CertificateStore,
  createNetworkLink,
  createPassOn,
  ensureRegistered,
  ensureSelfSigned,
  type Gateway,
  type GatewayIdentity,
  openCertificate,
  openGateway,
} from "@deskgate/gateway";
import { listenerSettings, openControlPlane, openTogether } from "./compose.ts";
import { ConfigError } from "./config/config-error.ts";
import type { HostPort } from "./config/listen-address.ts";
import type { Config, GatewayConfig } from "./config/resolve.ts";
import { openGatewayEndpoint, openMetricsEndpoint } from "./metrics/endpoint.ts";
import { createGatewayMetrics, createMetrics } from "./metrics/metrics.ts";
import { readVersion } from "./version.ts";

export interface BrokerPlane {
  readonly broker: Broker;
  readonly listener: LinkListener;
  readonly certificate: CertificateStore;
  close(): Promise<void>;
}

export interface GatewayPlane {
  readonly gateway: Gateway;
  readonly identity: GatewayIdentity;
  readonly certificate: CertificateStore;
  /** Settles after the first try of the link, with why it failed where it did. */
  readonly firstTry: Promise<unknown>;
  close(): Promise<void>;
}

/** The certificate of the port for gateways, made where there is none. */
export async function openLinkCertificate(
  config: Config,
  log: Log,
  onChanged?: () => void,
): Promise<CertificateStore> {
  if (config.tls.isSelfSigned) await ensureSelfSigned(config.tls);
  return openCertificate(config.tls, log, onChanged);
}

export function openBrokerPlane(config: Config, log: Log): Promise<BrokerPlane> {
  return openTogether(async (opened, close) => {
    let listener: LinkListener | undefined;
    const certificate = await openLinkCertificate(config, log, () =>
      listener?.setCertificate(certificate.material()),
    );
    opened.push(() => certificate.close());
    const metrics = config.metricsListen && createMetrics(readVersion());
    const control = await openControlPlane(config, log, {
      meter: metrics?.meter,
      linkFingerprint: () => certificate.fingerprint(),
      certificate: () => certificate,
    });
    opened.push(() => control.close());
    const { broker, syslog } = control;
    await broker.setup.ensureAdministrator();
    // Both belong to one program with the gateway; here nothing could reach them.
    await broker.setup.removeBuiltInMachine();
    await broker.setup.removeBuiltInGateway();
    const { listen, servesDirectly } = config.broker;
    const opening = await broker.listenForGateways({ listen, servesDirectly, tls: certificate.material() });
    listener = opening;
    opened.push(() => opening.close());
    if (config.metricsListen && metrics) {
      // Tunnels are counted by the gateways, each for itself.
      const load = { broker, syslog, gateway: { load: () => [] } };
      const parts = { metrics, load, isReady: () => broker.isReady() };
      const endpoint = await openMetricsEndpoint(config.metricsListen, parts);
      opened.push(() => endpoint.close());
    }
    return { broker, listener: opening, certificate, close };
  });
}

export function openGatewayPlane(config: Config, code: Secret | undefined, log: Log): Promise<GatewayPlane> {
  return openTogether(async (opened, close) => {
    const address = brokerAddress(config.gateway);
    const version = readVersion();
    const name = config.gateway.name ?? hostname();
    const directory = config.dataDirectory;
    const identity = await ensureRegistered({ broker: address, directory, code, name, version });
    if (!identity) throw new ConfigError([NOT_REGISTERED]);
    const certificate = await openLinkCertificate(config, log);
    opened.push(() => certificate.close());
    const { gatewayId } = identity;
    const trust = await brokerTrust(config.gateway, identity);
    let gateway: Gateway | undefined;
    const onRemoved = () => gateway?.endAll();
    const link = createNetworkLink({ address, trust, identity, version, log, onRemoved });
    opened.push(() => link.close());
    const passOn = createPassOn({ address, trust, gatewayId, pass: link.pass, log });
    opened.push(() => passOn.close());
    const settings = await listenerSettings(config);
    const metrics = config.metricsListen && createGatewayMetrics(version);
    const opening = await openGateway({
      ...{ ...settings, gatewayId, certificate, log, link, passOn: passOn.handle },
      ...(metrics ? { meter: metrics.meter } : {}),
    });
    gateway = opening;
    opened.push(() => opening.close());
    if (config.metricsListen && metrics) {
      const isLinked = () => link.pass() !== undefined;
      const parts = { metrics, gateway: opening, isLinked };
      const endpoint = await openGatewayEndpoint(config.metricsListen, parts);
      opened.push(() => endpoint.close());
    }
    return { gateway: opening, identity, certificate, firstTry: link.firstTry, close };
  });
}

const NOT_REGISTERED =
  "gateway: not registered yet. Make a code on the broker with `deskgate gateway-code create`, and give it by --code-file";

export function brokerAddress({ broker }: GatewayConfig): HostPort {
  if (!broker)
    throw new ConfigError(["gateway.broker: say where the broker is, by --broker https://HOST:8444"]);
  return broker;
}

export async function brokerTrust(
  { trust, brokerFingerprint, brokerAuthoritiesFile }: GatewayConfig,
  identity: Pick<GatewayIdentity, "brokerFingerprint">,
): Promise<BrokerTrust> {
  switch (trust) {
    case "pinned":
      return { kind: "pinned", fingerprint: brokerFingerprint ?? identity.brokerFingerprint };
    case "authorities": {
      const extra =
        brokerAuthoritiesFile === undefined ? [] : [await readFile(brokerAuthoritiesFile, "utf8")];
      return { kind: "authorities", extra };
    }
  }
}

/** For messages: the sentence of a refusal, with its code. */
export function sentenceOf(cause: unknown): string {
  if (cause instanceof DeskgateError) return `${cause.message} (${cause.code})`;
  return cause instanceof Error ? cause.message : String(cause);
}
