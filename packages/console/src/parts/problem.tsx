/** A failure in the place of what it hides: what happened in a sentence, and the way on. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { TbCloudOff, TbRefresh } from "react-icons/tb";
import { isApiError } from "../api/api-error.ts";
import { apiText } from "../text/api.ts";
import { shellText } from "../text/shell.ts";
import { EmptyState } from "./empty-state.tsx";
import { sentenceOf } from "./sentence-of.ts";

interface ProblemProps {
  readonly error: unknown;
  readonly onRetry: () => Promise<unknown>;
}

export function Problem({ error, onRetry }: ProblemProps) {
  const [isRetrying, setRetrying] = useState(false);
  const retry = () => {
    setRetrying(true);
    void onRetry().finally(() => setRetrying(false));
  };
  const isAway = isApiError(error, "unreachable", "unavailable");
  const requestId = isApiError(error) ? error.requestId : undefined;
  return (
    <div role="alert">
      <EmptyState
        icon={<TbCloudOff size={26} strokeWidth={1.6} />}
        title={isAway ? shellText.unreachableTitle : shellText.problemTitle}
        hint={sentenceOf(error)}
      >
        <Button variant="default" leftSection={<TbRefresh size={16} />} loading={isRetrying} onClick={retry}>
          {shellText.retry}
        </Button>
      </EmptyState>
      {requestId && <p className="dg-problem-request">{apiText.requestNumber(requestId)}</p>}
    </div>
  );
}
