/** `Idempotency-Key` on requests that make something. */
import { DeskgateError, type Route } from "@deskgate/contract";

/** The key, where the route makes something; throws `request_malformed` for one that is none. */
export function idempotencyKeyOf(
  route: Route,
  header: string | readonly string[] | undefined,
): string | undefined {
  if (header === undefined || route.method !== "POST" || route.status !== 201 || route.access === "anonymous")
    return undefined;
  if (typeof header === "string" && /^[!-~]{1,200}$/.test(header)) return header;
  const fields = { "Idempotency-Key": "Use 1 to 200 visible characters." };
  throw new DeskgateError("request_malformed", { fields });
}
