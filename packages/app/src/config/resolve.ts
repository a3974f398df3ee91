/** From file and command line to the one frozen set of settings the program runs with. Nothing else reads settings. */
import { existsSync, readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import type { RateLimits } from "@deskgate/broker";
import { Secret } from "@deskgate/contract";
import { parseBrokerUrl } from "./broker-url.ts";
import { ConfigError } from "./config-error.ts";
import { type DatabaseConfig, databaseConfigOf } from "./database-file.ts";
import { durationMs } from "./duration.ts";
import { type ConfigFile, configFileSchema } from "./file.ts";
import { type HostPort, parseListenAddress, parseMetricsAddress } from "./listen-address.ts";
import { problemsOf } from "./problems.ts";

export interface Config {
  readonly listen: HostPort;
  readonly dataDirectory: string;
  readonly database: DatabaseConfig;
  readonly hasDemo: boolean;
  readonly tls: {
    readonly certificateFile: string;
    readonly keyFile: string;
    readonly isSelfSigned: boolean;
  };
  readonly broker: { readonly listen: HostPort; readonly servesDirectly: boolean };
  readonly gateway: GatewayConfig;
  readonly machineAuthoritiesFile: string | undefined;
  readonly limits: {
    readonly total: number;
    readonly perAddress: number;
    readonly firstBytesDeadlineMs: number;
    readonly requests: RateLimits;
  };
  readonly audit: {
    /** Absent leaves it to the site's settings. */
    readonly keepMs: number | undefined;
    readonly syslog: CollectorConfig | undefined;
  };
  /** Absent where it is off. */
  readonly metricsListen: HostPort | undefined;
  readonly log: ConfigFile["log"];
}

/** Of a gateway that is a process of its own. */
export interface GatewayConfig {
  readonly broker: HostPort | undefined;
  readonly name: string | undefined;
  readonly code: Secret | undefined;
  readonly codeFile: string | undefined;
  readonly trust: "pinned" | "authorities";
  readonly brokerFingerprint: string | undefined;
  readonly brokerAuthoritiesFile: string | undefined;
}

export interface CollectorConfig extends HostPort {
  readonly transport: "udp" | "tcp" | "tls";
  readonly authoritiesFile: string | undefined;
}

/** What the command line may say; it wins over the file. */
export interface CommandLine {
  readonly config?: string;
  readonly listen?: string;
  readonly data?: string;
  readonly demo?: boolean;
  readonly linkListen?: string;
  readonly broker?: string;
  readonly name?: string;
  readonly code?: string;
  readonly codeFile?: string;
}

/** Read without being named, where it is there. */
const USUAL_FILE = "deskgate.json";

/** Throws {@link ConfigError} naming every problem. */
export function resolveConfig(commandLine: CommandLine): Config {
  const written = readConfigFile(commandLine.config);
  const { listen, linkListen, broker, name, codeFile } = commandLine;
  const asked = {
    ...written,
    ...given({ listen }),
    ...section(written, "broker", { listen: linkListen }),
    ...section(written, "gateway", { broker, name, codeFile }),
  };
  const parsed = configFileSchema.safeParse(asked);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, configFileSchema));
  return freeze(parsed.data, commandLine);
}

/** What was given of `fields`. */
function given(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** A section of the file with what was given in its place; a section that is no object is left for the schema to refuse. */
function section(
  written: Readonly<Record<string, unknown>>,
  name: string,
  fields: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const inFile = written[name] ?? {};
  const more = given(fields);
  if (typeof inFile !== "object" || Array.isArray(inFile) || Object.keys(more).length === 0) return {};
  return { [name]: { ...inFile, ...more } };
}

function freeze(file: ConfigFile, commandLine: CommandLine): Config {
  const dataDirectory = resolvePath(commandLine.data ?? file.dataDirectory);
  const ownTls = {
    certificateFile: resolvePath(dataDirectory, "tls/certificate.pem"),
    keyFile: resolvePath(dataDirectory, "tls/key.pem"),
  };
  const listen = parseListenAddress(file.listen);
  if (!listen) throw new ConfigError([`listen: "${file.listen}" is no address`]);
  const linkListen = parseListenAddress(file.broker.listen);
  if (!linkListen) throw new ConfigError([`broker.listen: "${file.broker.listen}" is no address`]);
  return Object.freeze({
    listen,
    dataDirectory,
    database: databaseConfigOf(file.database),
    hasDemo: commandLine.demo === false ? false : file.demo,
    tls: file.tls ? { ...file.tls, isSelfSigned: false } : { ...ownTls, isSelfSigned: true },
    broker: { listen: linkListen, servesDirectly: file.broker.servesDirectly },
    gateway: gatewayOf(file, commandLine),
    machineAuthoritiesFile: file.machineAuthoritiesFile && resolvePath(file.machineAuthoritiesFile),
    limits: {
      total: file.limits.connections,
      perAddress: file.limits.connectionsPerAddress,
      requests: {
        caller: rateOf(file.limits.requestsPerSecond),
        address: rateOf(file.limits.requestsPerSecondPerAddress),
      },
      firstBytesDeadlineMs: durationMs(file.limits.firstBytesDeadline),
    },
    audit: {
      keepMs: file.audit.keep === undefined ? undefined : durationMs(file.audit.keep),
      syslog: collectorOf(file.audit.syslog),
    },
    metricsListen: file.metrics && parseMetricsAddress(file.metrics.listen),
    log: file.log,
  });
}

function gatewayOf({ gateway }: ConfigFile, { code }: CommandLine): GatewayConfig {
  return {
    broker: gateway.broker === undefined ? undefined : parseBrokerUrl(gateway.broker),
    name: gateway.name,
    code: code === undefined ? undefined : new Secret(code),
    codeFile: gateway.codeFile,
    trust: gateway.brokerTrust,
    brokerFingerprint: gateway.brokerFingerprint,
    brokerAuthoritiesFile: gateway.brokerAuthoritiesFile && resolvePath(gateway.brokerAuthoritiesFile),
  };
}

function collectorOf(syslog: ConfigFile["audit"]["syslog"]): CollectorConfig | undefined {
  const at = syslog && parseListenAddress(syslog.collector);
  if (!at) return undefined;
  const { transport, authoritiesFile } = syslog;
  return { ...at, transport, authoritiesFile: authoritiesFile && resolvePath(authoritiesFile) };
}

/** Pages ask for several things at once, and then for nothing for a while. */
function rateOf(perSecond: number): { readonly perSecond: number; readonly burst: number } {
  return { perSecond, burst: 10 * perSecond };
}

function readConfigFile(named: string | undefined): Record<string, unknown> {
  const file = named ?? USUAL_FILE;
  if (named === undefined && !existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
    throw new Error("it holds no JSON object");
  } catch (cause) {
    throw new ConfigError([`${file} cannot be read: ${cause instanceof Error ? cause.message : "unknown"}`], {
      cause,
    });
  }
}
