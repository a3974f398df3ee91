/** Stands in for a page that could not be loaded or that broke, so that one fault does not take the console down. */
import { Button } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { TbBandage } from "react-icons/tb";
import { isApiError } from "../api/api-error.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { Lonely } from "../parts/lonely.tsx";
import { Problem } from "../parts/problem.tsx";
import { shellText } from "../text/shell.ts";

export function CrashPage({ error }: ErrorComponentProps) {
  const router = useRouter();
  if (isApiError(error)) return <Problem error={error} onRetry={() => router.invalidate()} />;
  return (
    <div role="alert">
      <EmptyState
        icon={<TbBandage size={26} strokeWidth={1.6} />}
        title={shellText.crashTitle}
        hint={shellText.crashHint}
      >
        <Button onClick={() => window.location.reload()}>{shellText.reload}</Button>
      </EmptyState>
    </div>
  );
}

export function LonelyCrashPage(props: ErrorComponentProps) {
  return (
    <Lonely>
      <CrashPage {...props} />
    </Lonely>
  );
}
