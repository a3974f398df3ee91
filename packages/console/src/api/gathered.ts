/** Many questions about single things, asked within a moment of each other, as one question about all of them. */

/** Long enough for a list to draw its rows, too short to be seen. */
const GATHER_MS = 10;

interface Waiting<Row> {
  readonly promise: Promise<Row | undefined>;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (cause: unknown) => void;
}

/** `ask` takes at most `maxIds` at once; of ids that it has nothing for, the answer is undefined. */
export function gathered<Row extends { readonly id: string }>(
  ask: (ids: readonly string[]) => Promise<readonly Row[]>,
  maxIds: number,
): (id: string) => Promise<Row | undefined> {
  let waiting = new Map<string, Waiting<Row>>();
  const send = async (some: ReadonlyMap<string, Waiting<Row>>) => {
    try {
      const rows = new Map((await ask([...some.keys()])).map((row) => [row.id, row]));
      for (const [id, { resolve }] of some) resolve(rows.get(id));
    } catch (cause) {
      for (const { reject } of some.values()) reject(cause);
    }
  };
  const sendAll = () => {
    const all = [...waiting];
    waiting = new Map();
    for (let begin = 0; begin < all.length; begin += maxIds)
      void send(new Map(all.slice(begin, begin + maxIds)));
  };
  return (id) => {
    const known = waiting.get(id);
    if (known) return known.promise;
    if (waiting.size === 0) setTimeout(sendAll, GATHER_MS);
    const answer = Promise.withResolvers<Row | undefined>();
    waiting.set(id, answer);
    return answer.promise;
  };
}
