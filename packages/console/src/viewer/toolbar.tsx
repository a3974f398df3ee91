/** What one can do to a desktop besides using it: a bar at the top that gets out of the way, and a handle to call it back. */

import { useRef } from "react";
import { flushSync } from "react-dom";
import { TbArrowsMaximize, TbArrowsMinimize, TbChevronCompactDown, TbLogout2 } from "react-icons/tb";
import { viewerText } from "../text/viewer.ts";
import { ClipboardFilesPanel } from "./clipboard-files-panel.tsx";
import { ClipboardPanel } from "./clipboard-panel.tsx";
import { FilesPanel } from "./files/files-panel.tsx";
import { CTRL_ALT_DEL } from "./key-names.ts";
import { Quality } from "./quality.tsx";
import type { Scaling, Surface } from "./surface.ts";
import { ToolButton } from "./tool-button.tsx";
import { KeysMenu, ScalingMenu } from "./tool-menus.tsx";
import type { DesktopClipboard } from "./use-clipboard-sync.ts";
import { useFullscreen } from "./use-fullscreen.ts";
import { useToolbarChord, useToolbarVisibility } from "./use-toolbar-visibility.ts";

interface ToolbarProps {
  readonly desktopName: string;
  readonly surface: Surface;
  readonly connectionId: string;
  readonly clipboard: DesktopClipboard;
  readonly scaling: Scaling;
  readonly onScaling: (scaling: Scaling) => void;
  readonly onDisconnect: () => void;
  readonly onSilent: () => void;
}

export function Toolbar(props: ToolbarProps) {
  const { surface } = props;
  const bar = useRef<HTMLDivElement>(null);
  const { isShown, show, showBriefly, hideSoon, hide } = useToolbarVisibility(true);
  const isBusy = () => bar.current?.contains(document.activeElement) ?? false;
  const isPointerHere = useRef(false);
  const comePointer = () => {
    isPointerHere.current = true;
    show();
  };
  const leavePointer = () => {
    isPointerHere.current = false;
    if (!isBusy()) hideSoon();
  };
  const enter = () => {
    // What is not visible yet cannot take the focus.
    flushSync(show);
    bar.current?.querySelector("button")?.focus();
  };
  const leave = () => {
    surface.focus();
    hide();
  };
  useToolbarChord(() => (isBusy() ? leave() : enter()));
  return (
    <div
      className="dg-toolbar-zone"
      role="toolbar"
      aria-label={viewerText.toolbar}
      data-shown={isShown}
      onPointerMove={comePointer}
      onPointerLeave={leavePointer}
      onFocus={show}
      onBlur={() => !isPointerHere.current && hideSoon()}
      onKeyDown={(event) => event.key === "Escape" && !event.defaultPrevented && leave()}
    >
      <div ref={bar} className="dg-toolbar">
        <ToolbarButtons {...props} onLeave={() => surface.focus()} />
      </div>
      <button
        type="button"
        className="dg-toolbar-handle"
        aria-label={viewerText.showToolbar}
        tabIndex={isShown ? -1 : 0}
        onClick={showBriefly}
      >
        <TbChevronCompactDown size={22} strokeWidth={1.8} aria-hidden="true" />
      </button>
    </div>
  );
}

function ToolbarButtons(props: ToolbarProps & { readonly onLeave: () => void }) {
  const { desktopName, surface, connectionId, clipboard, scaling, onLeave } = props;
  const { isFullscreen, toggle } = useFullscreen();
  const isPicture = surface.specialKeys === undefined;
  const toggleFullscreen = () => {
    toggle();
    onLeave();
  };
  return (
    <>
      <span className="dg-toolbar-name" title={desktopName}>
        {desktopName}
      </span>
      <ToolButton
        label={isFullscreen ? viewerText.leaveFullscreen : viewerText.fullscreen}
        testId="tool-fullscreen"
        onClick={toggleFullscreen}
      >
        {isFullscreen ? (
          <TbArrowsMinimize size={19} strokeWidth={1.7} />
        ) : (
          <TbArrowsMaximize size={19} strokeWidth={1.7} />
        )}
      </ToolButton>
      {isPicture && (
        <ScalingMenu
          scaling={scaling}
          canResize={() => surface.canResize()}
          onChange={props.onScaling}
          onClose={onLeave}
        />
      )}
      <ClipboardPanel clipboard={clipboard} onClose={onLeave} />
      {isPicture && (
        <button
          type="button"
          className="dg-tool-text"
          data-testid="tool-ctrl-alt-del"
          aria-label={viewerText.sendCtrlAltDel}
          onClick={() => {
            surface.sendKeys(CTRL_ALT_DEL);
            onLeave();
          }}
        >
          {viewerText.ctrlAltDel}
        </button>
      )}
      {surface.clipboardFiles && <ClipboardFilesPanel files={surface.clipboardFiles} onClose={onLeave} />}
      {surface.files && <FilesPanel files={surface.files} onClose={onLeave} />}
      <KeysMenu
        specialKeys={surface.specialKeys}
        onSend={(keys) => surface.sendKeys(keys)}
        onClose={onLeave}
      />
      <Quality connectionId={connectionId} onSilent={props.onSilent} />
      <ToolButton label={viewerText.disconnect} testId="tool-disconnect" onClick={props.onDisconnect}>
        <TbLogout2 size={19} strokeWidth={1.7} />
      </ToolButton>
    </>
  );
}
