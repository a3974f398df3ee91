/** The status of a route's good reply. */
import type { Route } from "@deskgate/contract";

export function statusOf({ reply, status }: Route): number {
  return status ?? (reply ? 200 : 204);
}
