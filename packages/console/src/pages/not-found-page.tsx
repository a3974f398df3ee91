/** An address that leads nowhere, or that this person may not see. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TbCompass } from "react-icons/tb";
import { EmptyState } from "../parts/empty-state.tsx";
import { Lonely } from "../parts/lonely.tsx";
import { shellText } from "../text/shell.ts";

export function NotFoundPage() {
  return (
    <EmptyState
      icon={<TbCompass size={26} strokeWidth={1.6} />}
      title={shellText.notFoundTitle}
      hint={shellText.notFoundHint}
    >
      <Button renderRoot={(props) => <Link to="/" {...props} />}>{shellText.toDesktops}</Button>
    </EmptyState>
  );
}

export function LonelyNotFoundPage() {
  return (
    <Lonely>
      <NotFoundPage />
    </Lonely>
  );
}
