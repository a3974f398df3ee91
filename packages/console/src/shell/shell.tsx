/** The frame of every page but sign-in and viewer: mark, navigation, account. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouteContext } from "@tanstack/react-router";
import { meQuery } from "../api/account.ts";
import { shellText } from "../text/shell.ts";
import { Mark } from "./mark.tsx";
import { NavigationLinks, NavigationMenu } from "./navigation.tsx";
import { UserMenu } from "./user-menu.tsx";
import "./shell.css";

export function Shell() {
  const { me: meAtLoad } = useRouteContext({ from: "/signed-in" });
  // Asked again in the background, so that a role taken away or given shows without a reload.
  const { data: me = meAtLoad } = useQuery(meQuery);
  const isAdministrator = me.role === "administrator";
  return (
    <div className="dg-shell">
      <a className="dg-skip" href="#content">
        {shellText.skipToContent}
      </a>
      <header className="dg-top">
        <div className="dg-top-inner">
          <Link to="/" className="dg-brand" aria-label={shellText.home}>
            <Mark />
            <span>{shellText.product}</span>
          </Link>
          {isAdministrator && <NavigationLinks />}
          <div className="dg-top-end">
            {isAdministrator && <NavigationMenu />}
            <UserMenu me={me} />
          </div>
        </div>
      </header>
      <main id="content" className="dg-content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}
