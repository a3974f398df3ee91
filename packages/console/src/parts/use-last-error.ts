/**
 * What a query failed with, until it has data.
 *
 * A query that is asked again has no error meanwhile; without this the page would blink between error and loading.
 */
import { useRef } from "react";

export function useLastError({ data, error }: { readonly data: unknown; readonly error: unknown }): unknown {
  const last = useRef<unknown>(null);
  if (data !== undefined) last.current = null;
  else if (error) last.current = error;
  return last.current;
}
