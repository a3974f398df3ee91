/** A dialog and a side sheet that are there while they are drawn, and give the keyboard back to what opened them. */
import { Drawer, Modal, type ModalProps } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { shellText } from "../text/shell.ts";
import { placeOf, successorOf } from "./focus-place.ts";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: NonNullable<ModalProps["size"]>;
  readonly children: ReactNode;
}

/** A cross says nothing to whoever hears the page. */
export const CLOSE_BUTTON = { "aria-label": shellText.close };

export function Dialog(props: DialogProps) {
  useReturnFocus();
  return <Modal opened closeButtonProps={CLOSE_BUTTON} {...props} />;
}

export function SideSheet(props: DialogProps) {
  useReturnFocus();
  return <Drawer opened position="right" closeButtonProps={CLOSE_BUTTON} {...props} />;
}

/** The library returns the focus when a dialog closes, but not when it is taken away, as ours are. */
function useReturnFocus(): void {
  const opener = useRef<HTMLElement | null>(null);
  opener.current ??= openerOf(document.activeElement);
  useEffect(() => {
    // A dialog that took the place of another was opened by what opened that one, which has the focus back by now.
    const back = opener.current?.isConnected ? opener.current : openerOf(document.activeElement);
    const place = placeOf(back);
    return () => (back?.isConnected ? back : successorOf(place))?.focus();
  }, []);
}

/** What was chosen in a menu is gone with it; the menu's own button stays. */
function openerOf(active: Element | null): HTMLElement | null {
  const menu = active?.closest('[role="menu"]');
  const button = menu && document.getElementById(menu.getAttribute("aria-labelledby") ?? "");
  if (button) return button;
  return active instanceof HTMLElement ? active : null;
}
