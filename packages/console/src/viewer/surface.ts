/**
 * How the viewer treats every protocol: one surface is one attempt to show one desktop.
 *
 * A protocol is a folder beside this file with the same file names as its neighbours, and one line in registry.ts.
 * A surface opens its tunnel itself (see tunnel-socket.ts), because some web clients insist on that.
 * INVARIANT: after `onEnded` a surface says nothing more; it ends once.
 */
import type { Protocol } from "@deskgate/contract";
import type { KeyName } from "./key-names.ts";

/** `fit`: shrunk or stretched to the window. `actual`: one pixel for one pixel. `resize`: the desktop takes the window's size. */
export const SCALINGS = ["fit", "actual", "resize"] as const;
export type Scaling = (typeof SCALINGS)[number];

/** Where the tunnel is and how to ask for it. The sub-protocols hold the ticket. */
export interface TunnelAddress {
  readonly url: string;
  readonly subprotocols: readonly string[];
}

/** `refused`: the desktop wants a credential that the gateway does not have. `garbled`: it speaks in a way the web client does not understand. */
export type SurfaceEnding =
  | { readonly at: "socket"; readonly closeCode: number; readonly wasOpen: boolean }
  | { readonly at: "refused" }
  | { readonly at: "garbled" };

interface SurfaceEvents {
  readonly onConnected: () => void;
  readonly onEnded: (ending: SurfaceEnding) => void;
  /** The desktop's clipboard has new text. */
  readonly onClipboard: (text: string) => void;
}

export interface SurfaceOptions {
  readonly target: HTMLElement;
  readonly tunnel: TunnelAddress;
  readonly scaling: Scaling;
  readonly events: SurfaceEvents;
}

export interface Surface {
  setScaling(scaling: Scaling): void;
  /** Whether the desktop can take the window's size; known some moments after it is connected. */
  canResize(): boolean;
  /** Presses the keys in order and releases them in the opposite order. */
  sendKeys(keys: readonly KeyName[]): void;
  sendClipboard(text: string): void;
  /** Lets the keyboard speak to the desktop. */
  focus(): void;
  /** What the desktop looked like last; nothing draws on it any more once the surface has ended. */
  lastPicture(): HTMLCanvasElement | undefined;
  close(): void;
}

type OpenSurface = (options: SurfaceOptions) => Surface;

/** What each protocol's folder exports from its `surface.ts`. */
interface SurfaceModule {
  readonly openSurface: OpenSurface;
}

export type SurfaceRegistry = Readonly<Record<Protocol, () => Promise<SurfaceModule>>>;
