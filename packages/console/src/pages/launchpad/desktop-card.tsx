/** One desktop: what it is, how it stands, and the way in. The way in is a link, so that it opens in a new tab too. */
import type { Desktop } from "@deskgate/contract";
import { Button, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ScreenPicture } from "../../parts/screen-picture.tsx";
import { useNow } from "../../parts/use-now.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { spellAge, spellMoment } from "../../text/quantities.ts";

const AGE_REFRESH_MS = 30_000;

export function DesktopCard({ desktop }: { readonly desktop: Desktop }) {
  const { id, name, description, protocols } = desktop;
  return (
    <li className="dg-desktop dg-card">
      {/* The picture is a second, larger way in for the pointer; the keyboard and screen readers have the button. */}
      <Link
        className="dg-desktop-picture"
        to="/desktops/$id/view"
        params={{ id }}
        tabIndex={-1}
        aria-hidden="true"
      >
        <ScreenPicture name={name} />
      </Link>
      <div className="dg-desktop-body">
        <div className="dg-desktop-head">
          <h2>{name}</h2>
          {protocols.map((protocol) => (
            <span key={protocol} className="dg-protocol">
              {launchpadText.protocols[protocol]}
            </span>
          ))}
        </div>
        {description && <p className="dg-desktop-description">{description}</p>}
        <div className="dg-desktop-foot">
          <DesktopState desktop={desktop} />
          <Button
            size="sm"
            aria-label={launchpadText.connectTo(name)}
            data-testid={`connect-${name}`}
            renderRoot={(props) => <Link to="/desktops/$id/view" params={{ id }} {...props} />}
          >
            {launchpadText.connect}
          </Button>
        </div>
      </div>
    </li>
  );
}

function DesktopState({ desktop: { state, openConnections, lastUsedAt } }: { readonly desktop: Desktop }) {
  const now = useNow(AGE_REFRESH_MS);
  const open = openConnections > 0 ? launchpadText.viewers(openConnections) : launchpadText.inSession;
  return (
    <div className="dg-desktop-state">
      <span className={`dg-state dg-state-${state}`}>
        {state === "in-session" ? open : launchpadText.available}
      </span>
      {lastUsedAt ? (
        <Tooltip label={spellMoment(lastUsedAt)}>
          <span className="dg-soft">{launchpadText.lastUsed(spellAge(lastUsedAt, now))}</span>
        </Tooltip>
      ) : (
        <span className="dg-soft">{launchpadText.neverUsed}</span>
      )}
    </div>
  );
}
