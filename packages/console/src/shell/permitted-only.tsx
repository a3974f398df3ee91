/** Shows a page to whom it is for; everyone else is told the same as for an address that does not exist. */
import { Outlet, useLocation } from "@tanstack/react-router";
import { useMay } from "../api/permissions.ts";
import { NotFoundPage } from "../pages/not-found-page.tsx";
import { placeOf } from "./places.ts";

export function PermittedOnly() {
  const may = useMay();
  const path = useLocation({ select: ({ pathname }) => pathname });
  const place = placeOf(path);
  const isPermitted = place !== undefined && (place.permission === undefined || may(place.permission));
  return isPermitted ? <Outlet /> : <NotFoundPage />;
}
