/**
 * The names under which PostgreSQL keeps statements parsed, one per text.
 *
 * Parsing and planning cost the server more than running the short statements of a broker. A name is given for a
 * statement's whole life in this process, so every connection may prepare it under the same one.
 */

// LIMIT: each connection keeps this many plans at most. Lists of ids give a text for each length, so texts have no natural bound.
const MAX_NAMES = 500;

const NAMES = new Map<string, string>();

/** undefined: not worth a name (it controls transactions), or there are too many already. */
export function preparedName(sql: string, parameterCount: number): string | undefined {
  if (parameterCount === 0) return undefined;
  const known = NAMES.get(sql);
  if (known !== undefined) return known;
  if (MAX_NAMES <= NAMES.size) return undefined;
  const name = `deskgate_${NAMES.size}`;
  NAMES.set(sql, name);
  return name;
}
