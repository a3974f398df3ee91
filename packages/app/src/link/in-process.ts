/**
 * The link without a network: both ends in one program.
 *
 * Every request and reply still passes through its schema and through JSON, so that nothing can lean on sharing memory
 * and a link over a network only has to add the transport.
 */
import type { LinkCalls } from "@deskgate/contract";
import type { z } from "zod";

type CallTable = Readonly<Record<string, { readonly request: z.ZodType; readonly reply: z.ZodType }>>;

/** One end of the link: calls that arrive at `handler`, as if over a wire. */
export function throughLink<Table extends CallTable>(
  table: Table,
  handler: LinkCalls<Table>,
): LinkCalls<Table> {
  const calls = Object.entries(table).map(([name, { request, reply }]) => {
    // The request was parsed by the handler's own schema, which the types cannot follow through a loop.
    const handle = handler[name] as ((received: unknown) => Promise<unknown>) | undefined;
    if (!handle) throw new Error(`no handler for ${name}`);
    const call = async (message: unknown) => {
      const received = request.parse(overTheWire(message));
      return reply.parse(overTheWire(await handle(received)));
    };
    return [name, call];
  });
  // Object.fromEntries forgets which name has which call; the loop above keeps them together.
  return Object.fromEntries(calls) as LinkCalls<Table>;
}

function overTheWire(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}
