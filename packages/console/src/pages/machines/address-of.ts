/** Host and port as one text; IPv6 literals stand in brackets (RFC 3986 §3.2.2). */
export function addressOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
