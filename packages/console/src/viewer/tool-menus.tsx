/** The toolbar's menus: how the picture is scaled, and keys that the browser would keep for itself. */
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { TbArrowAutofitContent, TbCheck, TbKeyboard } from "react-icons/tb";
import { viewerText } from "../text/viewer.ts";
import { CONSOLE_CHORDS, CTRL_ALT_DEL, type KeyChord, type KeyName, SINGLE_CHORDS } from "./key-names.ts";
import { SCALINGS, type Scaling, type SpecialKey } from "./surface.ts";
import { useLateAbility } from "./use-late-ability.ts";

interface ToolMenuProps {
  readonly label: string;
  readonly testId: string;
  readonly icon: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function ToolMenu({ label, testId, icon, onClose, children }: ToolMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const change = (isWanted: boolean) => {
    setOpen(isWanted);
    if (!isWanted) onClose();
  };
  return (
    <Menu
      opened={isOpen}
      onChange={change}
      withinPortal={false}
      returnFocus={false}
      position="bottom"
      width={232}
    >
      <Menu.Target>
        <Tooltip label={label} withinPortal={false} disabled={isOpen}>
          <ActionIcon
            className="dg-tool"
            variant="subtle"
            color="gray"
            aria-label={label}
            data-testid={testId}
          >
            {icon}
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown className="dg-tool-menu">{children}</Menu.Dropdown>
    </Menu>
  );
}

interface ScalingMenuProps {
  readonly scaling: Scaling;
  readonly canResize: () => boolean;
  readonly onChange: (scaling: Scaling) => void;
  readonly onClose: () => void;
}

export function ScalingMenu({ onClose, ...items }: ScalingMenuProps) {
  return (
    <ToolMenu
      label={viewerText.scaling}
      testId="tool-scaling"
      icon={<TbArrowAutofitContent size={19} strokeWidth={1.7} />}
      onClose={onClose}
    >
      <ScalingItems {...items} />
    </ToolMenu>
  );
}

function ScalingItems({ scaling, canResize, onChange }: Omit<ScalingMenuProps, "onClose">) {
  const isResizable = useLateAbility(canResize);
  // A desktop that keeps its size is scaled to the window instead.
  const current = scaling === "resize" && !isResizable ? "fit" : scaling;
  return SCALINGS.map((choice) => {
    const isOff = choice === "resize" && !isResizable;
    const { label, hint } = viewerText.scalings[choice];
    return (
      <Menu.Item
        key={choice}
        data-testid={`scaling-${choice}`}
        disabled={isOff}
        aria-current={choice === current}
        rightSection={choice === current && <TbCheck size={16} />}
        onClick={() => onChange(choice)}
      >
        {label}
        <span className="dg-menu-hint">{isOff ? viewerText.resizeUnsupported : hint}</span>
      </Menu.Item>
    );
  });
}

interface KeysMenuProps {
  /** In the place of a desktop's. */
  readonly specialKeys: readonly SpecialKey[] | undefined;
  readonly onSend: (keys: readonly KeyName[]) => void;
  readonly onClose: () => void;
}

export function KeysMenu({ specialKeys, onSend, onClose }: KeysMenuProps) {
  const item = ({ label, keys }: KeyChord) => (
    <Menu.Item key={label} onClick={() => onSend(keys)}>
      {label}
    </Menu.Item>
  );
  return (
    <ToolMenu
      label={viewerText.keys}
      testId="tool-keys"
      icon={<TbKeyboard size={19} strokeWidth={1.7} />}
      onClose={onClose}
    >
      {specialKeys ? (
        specialKeys.map(({ label, send }) => (
          <Menu.Item key={label} onClick={send}>
            {label}
          </Menu.Item>
        ))
      ) : (
        <>
          {item({ label: viewerText.ctrlAltDel, keys: CTRL_ALT_DEL })}
          {SINGLE_CHORDS.map(item)}
          <Menu.Label>{viewerText.consoles}</Menu.Label>
          {CONSOLE_CHORDS.map(item)}
        </>
      )}
    </ToolMenu>
  );
}
