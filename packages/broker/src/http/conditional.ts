/** Conditional requests (RFC 9110 §13): a resource's version is its ETag, and `If-Match` names the version a change rests on. */
import { DeskgateError } from "@deskgate/contract";

/** The version that `If-Match` asks for; `undefined` where any will do. */
export function ifVersionOf(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === "*") return undefined;
  const tags = header.split(",").map((tag) => tag.trim());
  if (!tags.every((tag) => /^(W\/)?"[!#-~]*"$/.test(tag))) throw new DeskgateError("request_malformed");
  const [only] = tags;
  const version =
    tags.length === 1 && only !== undefined ? /^"v([1-9]\d{0,14})"$/.exec(only)?.[1] : undefined;
  // Weak tags never match (§13.1.1), and no resource of ours has any other spelling.
  if (version === undefined) throw new DeskgateError("version_stale");
  return Number(version);
}

/** The ETag of a reply that carries a version. */
export function etagOf(reply: unknown): string | undefined {
  if (typeof reply !== "object" || reply === null || !("version" in reply)) return undefined;
  return typeof reply.version === "number" ? `"v${reply.version}"` : undefined;
}
