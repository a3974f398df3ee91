/**
 * Keeps the person's clipboard and the desktop's the same, as far as the browser lets a page do so.
 *
 * Reading needs a permission that only some browsers can give; nothing here asks for it without a click.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Surface } from "./surface.ts";

/** `offered`: a click may allow it. `blocked`: the browser says no, or cannot. */
export type ClipboardSync = "on" | "offered" | "blocked";

export interface DesktopClipboard {
  readonly fromDesktop: string;
  readonly sync: ClipboardSync;
  /** Why there is none, for people; some desktops find that out late. */
  readonly unavailable: () => string | undefined;
  /** The desktop's clipboard changed. */
  readonly receive: (text: string) => void;
  readonly send: (text: string) => void;
  /** Lets the browser ask for the permission; to be called from a click. */
  readonly allow: () => void;
}

export function useClipboardSync(surface: Surface | undefined): DesktopClipboard {
  const [fromDesktop, setFromDesktop] = useState("");
  const [sync, setSync] = useState<ClipboardSync>("blocked");
  // What both sides have already, so that a text does not travel in circles.
  const shared = useRef<string>(undefined);

  const receive = useCallback((text: string) => {
    shared.current = text;
    setFromDesktop(text);
    if (document.hasFocus()) navigator.clipboard?.writeText(text).catch(() => undefined);
  }, []);

  const send = useCallback(
    (text: string) => {
      shared.current = text;
      surface?.sendClipboard(text);
    },
    [surface],
  );

  const pull = useCallback(async () => {
    const text = await readClipboard();
    if (text !== undefined && text !== "" && text !== shared.current) send(text);
    return text !== undefined;
  }, [send]);

  useEffect(() => watchPermission(setSync), []);
  useEffect(() => {
    if (sync !== "on" || !surface) return;
    const onFocus = () => void pull();
    onFocus();
    window.addEventListener("focus", onFocus);
    return () => window.removeEventListener("focus", onFocus);
  }, [sync, surface, pull]);

  const allow = () => void pull().then((isAllowed) => setSync(isAllowed ? "on" : "blocked"));
  return { fromDesktop, sync, unavailable: () => surface?.noClipboard, receive, send, allow };
}

async function readClipboard(): Promise<string | undefined> {
  if (!document.hasFocus()) return undefined;
  try {
    return await navigator.clipboard.readText();
  } catch {
    return undefined;
  }
}

/** Follows the browser's permission; browsers without one to follow stay at "blocked". */
function watchPermission(onChange: (sync: ClipboardSync) => void): () => void {
  let status: PermissionStatus | undefined;
  const tell = () => {
    if (status)
      onChange(status.state === "granted" ? "on" : status.state === "prompt" ? "offered" : "blocked");
  };
  const name = "clipboard-read" as PermissionName; // Chromium's name; TypeScript lists the standard's only.
  navigator.permissions
    ?.query({ name })
    .then((found) => {
      status = found;
      status.addEventListener("change", tell);
      tell();
    })
    .catch(() => undefined);
  return () => status?.removeEventListener("change", tell);
}
