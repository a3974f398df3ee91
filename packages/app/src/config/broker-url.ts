/** Where the broker is: an https address without path. */
import { z } from "zod";
import type { HostPort } from "./listen-address.ts";

/** Of `broker.listen`. */
const USUAL_PORT = 8444;

export const brokerUrlSchema = z
  .string()
  .refine(
    (text) => parseBrokerUrl(text) !== undefined,
    "write the broker's address, such as https://broker.example.org:8444",
  );

/** `undefined` where the text is no such address. */
export function parseBrokerUrl(text: string): HostPort | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search, hash, username, password } = new URL(text);
  const isBare = pathname === "/" && [search, hash, username, password].every((part) => part === "");
  if (protocol !== "https:" || hostname === "" || !isBare) return undefined;
  // The parser drops 443, which is https's own.
  const isUsual = port === "" && !/:443\/?$/.test(text.trim());
  return { host: hostname.replace(/^\[|\]$/g, ""), port: isUsual ? USUAL_PORT : Number(port || 443) };
}
