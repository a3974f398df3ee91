/** A refusal of the broker, read from its HTTP answer. */
import type { IncomingMessage } from "node:http";
import { DeskgateError, ERROR_CODES, errorReplySchema } from "@deskgate/contract";

/** LIMIT: body of a refusal. */
const MAX_BODY_BYTES = 16 * 1024;

/** Never rejects. */
export async function refusalIn(response: IncomingMessage): Promise<DeskgateError> {
  const text = await textOf(response).catch(() => "");
  const parsed = errorReplySchema.safeParse(parseJson(text));
  const date = response.headers.date ?? "unknown";
  const cause = new Error(`broker answered ${response.statusCode ?? 0}; its clock says ${date}`);
  if (!parsed.success) return new DeskgateError("broker_unavailable", { cause });
  const { code, retryAfterSeconds } = parsed.data.error;
  const known = ERROR_CODES.find((name) => name === code) ?? "broker_unavailable";
  return new DeskgateError(known, {
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

export async function textOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (MAX_BODY_BYTES < length) throw new Error("answer too long");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
