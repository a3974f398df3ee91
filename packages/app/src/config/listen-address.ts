/** Where to listen: `host:port`, with IPv6 hosts in brackets. */
import { z } from "zod";

const SHAPE = /^(?:\[([0-9a-f:.%a-z]+)\]|([^:[\]\s]+)):(\d{1,5})$/i;

export const listenAddressSchema = z
  .string()
  .refine(
    (text) => parseListenAddress(text) !== undefined,
    "write host:port, such as [::]:8443 or 127.0.0.1:8443",
  );

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The two parts, or `undefined` where the text is no such address. Port 0 leaves the choice to the system. */
export function parseListenAddress(text: string): HostPort | undefined {
  const match = SHAPE.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || 65_535 < port ? undefined : { host, port };
}

/** A port alone is one of this host. */
export const metricsAddressSchema = z
  .string()
  .refine(
    (text) => parseMetricsAddress(text) !== undefined,
    "write a port, or host:port, such as 9464 or 127.0.0.1:9464",
  );

export function parseMetricsAddress(text: string): HostPort | undefined {
  return parseListenAddress(/^\d{1,5}$/.test(text) ? `127.0.0.1:${text}` : text);
}
