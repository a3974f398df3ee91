/** What a page shows of lists that are still coming, could not come, or are there. */
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { shellText } from "../text/shell.ts";
import { Problem } from "./problem.tsx";
import { useLastError } from "./use-last-error.ts";

/** The part of a query that matters here. */
interface Loading<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => Promise<unknown>;
}

interface LoadedProps<Data> {
  readonly query: Loading<Data>;
  readonly children: (data: Data) => ReactNode;
}

/** As wide as rows of a list may be. */
const LINES = ["34%", "62%", "48%", "71%", "55%"];

export function Loaded<Data>({ query, children }: LoadedProps<Data>) {
  const { data, refetch } = query;
  const error = useLastError(query);
  // Old data is better than none: a failed refresh leaves the page as it was.
  if (data !== undefined) return children(data);
  if (error)
    return (
      <div className="dg-card">
        <Problem error={error} onRetry={refetch} />
      </div>
    );
  return (
    <div role="status" aria-label={shellText.loading}>
      <div className="dg-card dg-loading">
        {LINES.map((width) => (
          <Skeleton key={width} height={12} width={width} radius="sm" />
        ))}
      </div>
    </div>
  );
}
