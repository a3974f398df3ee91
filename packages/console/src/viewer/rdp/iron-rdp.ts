/**
 * IronRDP's packages, loaded and taken in hand: what the component does not hand out (the session, the clipboard's text,
 * the tunnel's socket) is caught where it passes.
 *
 * Runs in a frame for one connection only, so changing the frame's own globals harms nobody.
 */
import "@devolutions/iron-remote-desktop";
import type {
  ClipboardData,
  FileTransferProvider,
  Session,
  UserInteraction,
} from "@devolutions/iron-remote-desktop";
import { Backend, init } from "@devolutions/iron-remote-desktop-rdp";
import type { TunnelAddress } from "../surface.ts";

export interface IronRdp {
  readonly ui: UserInteraction;
  readonly element: HTMLElement;
}

type Extension = ReturnType<FileTransferProvider["getBuilderExtensions"]>[number];

/** Loads the WebAssembly and puts the component into `target`. */
export async function loadIronRdp(target: HTMLElement): Promise<IronRdp> {
  await init("WARN");
  const element = document.createElement("iron-remote-desktop");
  element.setAttribute("scale", "fit");
  element.setAttribute("flexcenter", "true");
  Object.assign(element, { module: Backend });
  const { promise, resolve } = Promise.withResolvers<IronRdp>();
  element.addEventListener(
    "ready",
    (event) => {
      // The component's own event; its type is in no declaration.
      const { detail } = event as CustomEvent<{ readonly irgUserInteraction: UserInteraction }>;
      resolve({ ui: detail.irgUserInteraction, element });
    },
    { once: true },
  );
  target.append(element);
  return promise;
}

interface TunnelEvents {
  /** The gateway's answer to the request, which says why there is no way where there is none. */
  readonly onAnswer: (message: Uint8Array) => void;
  /** What the gateway says at the end, which IronRDP keeps to itself. */
  readonly onClose: (closeCode: number, wasOpen: boolean) => void;
}

/** Gives the ticket to the WebSocket that IronRDP opens: it knows no sub-protocols, and a ticket must not be in an address. */
export function lendTicket(tunnel: TunnelAddress, { onAnswer, onClose }: TunnelEvents): void {
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(url: string | URL) {
      super(url, [...tunnel.subprotocols]);
      let wasOpen = false;
      this.addEventListener("open", () => {
        wasOpen = true;
      });
      this.addEventListener(
        "message",
        ({ data }) => data instanceof ArrayBuffer && onAnswer(new Uint8Array(data)),
        { once: true },
      );
      this.addEventListener("close", ({ code }) => onClose(code, wasOpen));
    }
  };
}

/**
 * Takes the clipboard's two callbacks from the component, which only sets them where the browser lets it use the person's
 * clipboard; without them IronRDP opens no clipboard at all, and no files travel.
 */
export function takeClipboard(on: {
  readonly text: (text: string) => void;
  readonly begin: () => void;
}): void {
  const { prototype } = Backend.SessionBuilder;
  const { connect, remoteClipboardChangedCallback, forceClipboardUpdateCallback } = prototype;
  prototype.remoteClipboardChangedCallback = function () {
    return this;
  };
  prototype.forceClipboardUpdateCallback = function () {
    return this;
  };
  prototype.connect = function () {
    forceClipboardUpdateCallback.call(this, on.begin);
    remoteClipboardChangedCallback.call(this, (data: ClipboardData) => {
      for (const item of data.items()) {
        const value = item.value();
        if (item.mimeType() === "text/plain" && typeof value === "string") on.text(value);
      }
    });
    return connect.call(this);
  };
}

/** With nothing in it, where `text` is absent. */
export function textAsClipboard(text?: string): ClipboardData {
  const data = new Backend.ClipboardData();
  if (text !== undefined) data.addText("text/plain", text);
  return data;
}

/** Presses all keys in order, and releases them in the opposite order. */
export function pressKeys(session: Session, scancodes: readonly number[]): void {
  const transaction = new Backend.InputTransaction();
  for (const code of scancodes) transaction.addEvent(Backend.DeviceEvent.keyPressed(code));
  for (const code of scancodes.toReversed()) transaction.addEvent(Backend.DeviceEvent.keyReleased(code));
  session.applyInputs(transaction);
}

/** The one hook that hands out the session, and takes the clipboard's file messages. */
export function sessionHook(
  extensions: () => readonly Extension[],
  onSession: (session: Session) => void,
): FileTransferProvider {
  return { getBuilderExtensions: () => [...extensions()], setSession: onSession, dispose: () => undefined };
}
