/** From file and command line to the one frozen set of settings the program runs with. Nothing else reads settings. */
import { existsSync, readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import type { RateLimits } from "@deskgate/broker";
import { ConfigError } from "./config-error.ts";
import { durationMs } from "./duration.ts";
import { type ConfigFile, configFileSchema } from "./file.ts";
import { type HostPort, parseListenAddress } from "./listen-address.ts";
import { problemsOf } from "./problems.ts";

export interface Config {
  readonly listen: HostPort;
  readonly dataDirectory: string;
  readonly hasDemo: boolean;
  readonly tls: {
    readonly certificateFile: string;
    readonly keyFile: string;
    readonly isSelfSigned: boolean;
  };
  readonly machineAuthoritiesFile: string | undefined;
  readonly limits: {
    readonly total: number;
    readonly perAddress: number;
    readonly firstBytesDeadlineMs: number;
    readonly requests: RateLimits;
  };
  readonly log: ConfigFile["log"];
}

/** What the command line may say; it wins over the file. */
export interface CommandLine {
  readonly config?: string;
  readonly listen?: string;
  readonly data?: string;
  readonly demo?: boolean;
}

/** Read without being named, where it is there. */
const USUAL_FILE = "deskgate.json";

/** Throws {@link ConfigError} naming every problem. */
export function resolveConfig(commandLine: CommandLine): Config {
  const written = readConfigFile(commandLine.config);
  const asked = { ...written, ...(commandLine.listen === undefined ? {} : { listen: commandLine.listen }) };
  const parsed = configFileSchema.safeParse(asked);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, configFileSchema));
  return freeze(parsed.data, commandLine);
}

function freeze(file: ConfigFile, commandLine: CommandLine): Config {
  const dataDirectory = resolvePath(commandLine.data ?? file.dataDirectory);
  const ownTls = {
    certificateFile: resolvePath(dataDirectory, "tls/certificate.pem"),
    keyFile: resolvePath(dataDirectory, "tls/key.pem"),
  };
  const listen = parseListenAddress(file.listen);
  if (!listen) throw new ConfigError([`listen: "${file.listen}" is no address`]);
  return Object.freeze({
    listen,
    dataDirectory,
    hasDemo: commandLine.demo === false ? false : file.demo,
    tls: file.tls ? { ...file.tls, isSelfSigned: false } : { ...ownTls, isSelfSigned: true },
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
    log: file.log,
  });
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
