/** The frame of every page but sign-in and viewer: mark, navigation, account. */
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouteContext } from "@tanstack/react-router";
import { meQuery } from "../api/account.ts";
import { useSiteName } from "../api/site.ts";
import { useLiveChanges } from "../api/use-live-changes.ts";
import { shellText } from "../text/shell.ts";
import { AnnouncementBanner } from "./announcement-banner.tsx";
import { Mark } from "./mark.tsx";
import { NavigationColumn, NavigationMenu } from "./navigation.tsx";
import { sectionsFor } from "./places.ts";
import { UserMenu } from "./user-menu.tsx";
import "./shell.css";

export function Shell() {
  const { me: meAtLoad } = useRouteContext({ from: "/signed-in" });
  // Asked again in the background, so that a permission taken away or given shows without a reload.
  const { data: me = meAtLoad } = useQuery(meQuery);
  useLiveChanges();
  const siteName = useSiteName();
  const sections = sectionsFor((permission) => me.permissions.includes(permission));
  const hasNavigation = me.permissions.length > 0;
  return (
    <div className={hasNavigation ? "dg-shell dg-shell-wide" : "dg-shell"}>
      <a className="dg-skip" href="#content">
        {shellText.skipToContent}
      </a>
      <header className="dg-top">
        <div className="dg-top-inner">
          <Link to="/" className="dg-brand" aria-label={shellText.home(siteName)}>
            <Mark />
            <span>{siteName}</span>
          </Link>
          <div className="dg-top-end">
            {hasNavigation && <NavigationMenu sections={sections} />}
            <UserMenu me={me} />
          </div>
        </div>
      </header>
      <AnnouncementBanner />
      <div className="dg-frame">
        {hasNavigation && <NavigationColumn sections={sections} />}
        <main id="content" className="dg-content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}
