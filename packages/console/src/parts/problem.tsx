/** A failure in the place of what it hides: what happened in a sentence, and the way on. */
import { Button } from "@mantine/core";
import { TbCloudOff, TbRefresh } from "react-icons/tb";
import { isApiError } from "../api/api-error.ts";
import { apiText } from "../text/api.ts";
import { shellText } from "../text/shell.ts";
import { EmptyState } from "./empty-state.tsx";
import { sentenceOf } from "./sentence-of.ts";

export function Problem({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const isAway = isApiError(error, "unreachable", "unavailable");
  const requestId = isApiError(error) ? error.requestId : undefined;
  return (
    <div role="alert">
      <EmptyState
        icon={<TbCloudOff size={26} strokeWidth={1.6} />}
        title={isAway ? shellText.unreachableTitle : shellText.problemTitle}
        hint={sentenceOf(error)}
      >
        <Button variant="default" leftSection={<TbRefresh size={16} />} onClick={onRetry}>
          {shellText.retry}
        </Button>
      </EmptyState>
      {requestId && <p className="dg-problem-request">{apiText.requestNumber(requestId)}</p>}
    </div>
  );
}
