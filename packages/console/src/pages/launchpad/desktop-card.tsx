/** One desktop: what it is, how it stands, and the way in. The way in is a link, so that it opens in a new tab too. */
import { type Desktop, ERRORS, type Protocol } from "@deskgate/contract";
import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TbChevronDown, TbLogout, TbStar, TbStarFilled } from "react-icons/tb";
import { useEndMySession, useSetFavourite } from "../../api/desktops.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { ScreenPicture } from "../../parts/screen-picture.tsx";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { useNow } from "../../parts/use-now.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { spellAge, spellMoment } from "../../text/quantities.ts";
import { refusalSentence } from "../../text/refusals.ts";

const AGE_REFRESH_MS = 30_000;

export function DesktopCard({ desktop }: { readonly desktop: Desktop }) {
  const { id, name, description, refusal } = desktop;
  return (
    <li className="dg-desktop dg-card" data-testid={`desktop-${name}`}>
      {/* The picture is a second, larger way in for the pointer; the keyboard and screen readers have the button. */}
      {refusal === null ? (
        <Link
          className="dg-desktop-picture"
          to="/desktops/$id/view"
          params={{ id }}
          tabIndex={-1}
          aria-hidden="true"
        >
          <ScreenPicture name={name} />
        </Link>
      ) : (
        <div className="dg-desktop-picture dg-desktop-closed">
          <ScreenPicture name={name} />
        </div>
      )}
      <FavouriteButton desktop={desktop} />
      <div className="dg-desktop-body">
        <div className="dg-desktop-head">
          <h2>{name}</h2>
          <Protocols desktop={desktop} />
        </div>
        {description && <p className="dg-desktop-description">{description}</p>}
        {refusal !== null && (
          <p className="dg-desktop-refusal" data-testid={`refusal-${name}`}>
            {refusalSentence(refusal, ERRORS[refusal].message)}
          </p>
        )}
        <div className="dg-desktop-foot">
          <DesktopState desktop={desktop} />
          <ConnectButtons desktop={desktop} />
        </div>
      </div>
    </li>
  );
}

function Protocols({ desktop: { protocols } }: { readonly desktop: Desktop }) {
  return (
    <span className="dg-protocols">
      {protocols.map((protocol) => (
        <span key={protocol} className="dg-protocol">
          {launchpadText.protocols[protocol]}
        </span>
      ))}
    </span>
  );
}

function FavouriteButton({ desktop: { id, name, isFavourite } }: { readonly desktop: Desktop }) {
  const setFavourite = useSetFavourite();
  // Shown at once; the answer of the server comes with the next list.
  const isShown = setFavourite.isPending ? setFavourite.variables.isFavourite : isFavourite;
  return (
    <ActionIcon
      id={`favourite-${id}`}
      className="dg-favourite"
      variant="default"
      radius="xl"
      aria-label={isShown ? launchpadText.notFavourite(name) : launchpadText.favourite(name)}
      aria-pressed={isShown}
      data-testid={`favourite-${name}`}
      onClick={() =>
        setFavourite.mutate(
          { id, isFavourite: !isShown },
          { onError: (error) => notifications.show({ color: "red", message: sentenceOf(error) }) },
        )
      }
    >
      {isShown ? <TbStarFilled size={15} /> : <TbStar size={15} strokeWidth={1.8} />}
    </ActionIcon>
  );
}

/** The protocol used last comes first; where there are others, or a session to end, a menu has them. */
function ConnectButtons({ desktop }: { readonly desktop: Desktop }) {
  const { id, name, protocols, lastProtocol, refusal, state } = desktop;
  const [isEnding, setEnding] = useState(false);
  const usual = usualProtocol(desktop);
  const hasMenu = protocols.length > 1 || state === "in-session";
  return (
    <div className="dg-connect">
      <Button
        id={`connect-${id}`}
        size="sm"
        aria-label={launchpadText.connectTo(name)}
        data-testid={`connect-${name}`}
        {...(refusal === null
          ? { renderRoot: (props: object) => <ViewerLink desktopId={id} protocol={usual} {...props} /> }
          : { disabled: true })}
      >
        {launchpadText.connect}
      </Button>
      {hasMenu && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              size={36}
              aria-label={launchpadText.chooseProtocol(name)}
              data-testid={`protocols-${name}`}
            >
              <TbChevronDown size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {protocols.map((protocol) => (
              <Menu.Item
                key={protocol}
                disabled={refusal !== null}
                renderRoot={(props) => <ViewerLink desktopId={id} protocol={protocol} {...props} />}
                {...(protocol === lastProtocol && {
                  rightSection: <span className="dg-cell-sub">{launchpadText.usedLast}</span>,
                })}
              >
                {launchpadText.connectBy(launchpadText.protocols[protocol])}
              </Menu.Item>
            ))}
            {state === "in-session" && (
              <>
                <Menu.Divider />
                <Menu.Item
                  color="red"
                  leftSection={<TbLogout size={16} strokeWidth={1.7} />}
                  onClick={() => setEnding(true)}
                >
                  {launchpadText.endSession}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {isEnding && <EndSessionDialog desktop={desktop} onClose={() => setEnding(false)} />}
    </div>
  );
}

/** Undefined leaves the choice to the server. */
function usualProtocol({ protocols, lastProtocol }: Desktop): Protocol | undefined {
  return lastProtocol !== null && protocols.includes(lastProtocol) ? lastProtocol : undefined;
}

interface ViewerLinkProps {
  readonly desktopId: string;
  readonly protocol: Protocol | undefined;
}

function ViewerLink({ desktopId, protocol, ...props }: ViewerLinkProps) {
  return (
    <Link
      to="/desktops/$id/view"
      params={{ id: desktopId }}
      search={protocol ? { protocol } : {}}
      {...props}
    />
  );
}

function EndSessionDialog({ desktop, onClose }: { readonly desktop: Desktop; readonly onClose: () => void }) {
  const endSession = useEndMySession();
  return (
    <ConfirmDialog
      title={launchpadText.endTitle(desktop.name)}
      hint={launchpadText.endHint}
      action={launchpadText.endSession}
      change={endSession}
      onConfirm={() => endSession.mutate(desktop.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function DesktopState({ desktop }: { readonly desktop: Desktop }) {
  const { lastUsedAt } = desktop;
  const now = useNow(AGE_REFRESH_MS);
  return (
    <div className="dg-desktop-state">
      <span className={`dg-state dg-state-${lookOf(desktop)}`}>{stateOf(desktop)}</span>
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

function lookOf({ state, machineState }: Desktop): string {
  if (state === "in-session") return "in-session";
  return machineState === "unknown" ? state : machineState;
}

function stateOf({ state, openConnections, machineState, refusal }: Desktop): string {
  if (state === "in-session")
    return openConnections > 0 ? launchpadText.viewers(openConnections) : launchpadText.inSession;
  if (machineState !== "down") return launchpadText.available;
  // Who is not refused a machine that is off may start it.
  return refusal === null ? launchpadText.asleep : launchpadText.down;
}
