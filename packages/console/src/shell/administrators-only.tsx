/** Shows a page to administrators; whoever is none is told the same as for an address that does not exist. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouteContext } from "@tanstack/react-router";
import { meQuery } from "../api/account.ts";
import { NotFoundPage } from "../pages/not-found-page.tsx";

export function AdministratorsOnly() {
  const { me: meAtLoad } = useRouteContext({ from: "/signed-in" });
  const { data: me = meAtLoad } = useQuery(meQuery);
  return me.role === "administrator" ? <Outlet /> : <NotFoundPage />;
}
