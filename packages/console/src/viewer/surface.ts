/**
 * How the viewer treats every protocol: one surface is one attempt to show one desktop.
 *
 * A protocol is a folder beside this file with the same file names as its neighbours, and one line in registry.ts.
 * A surface opens its tunnel itself (see tunnel-socket.ts), because some web clients insist on that.
 * INVARIANT: after `onEnded` a surface says nothing more; it ends once.
 */
import type { CredentialMode, EndReason, Policy, Protocol } from "@deskgate/contract";
import type { ClipboardFiles } from "./clipboard-files.ts";
import type { CredentialRequest, TypedCredential } from "./credential.ts";
import type { KeyName } from "./key-names.ts";
import type { RemoteFiles } from "./remote-files.ts";

/** `fit`: shrunk or stretched to the window. `actual`: one pixel for one pixel. `resize`: the desktop takes the window's size. */
export const SCALINGS = ["fit", "actual", "resize"] as const;
export type Scaling = (typeof SCALINGS)[number];

/** Where the tunnel is and how to ask for it. The sub-protocols hold the ticket. */
export interface TunnelAddress {
  readonly url: string;
  readonly subprotocols: readonly string[];
}

/** What the machine itself said about an ending, in a sentence for people. */
export interface MachineWords {
  readonly machineWords?: string;
}

/**
 * `refused`: the desktop did not take the credential it was given. `garbled`: it speaks in a way the web client does not
 * understand. `known`: the web client found out the reason by itself.
 */
export type SurfaceEnding =
  | ({ readonly at: "socket"; readonly closeCode: number; readonly wasOpen: boolean } & MachineWords)
  | { readonly at: "refused" }
  | { readonly at: "garbled" }
  | ({ readonly at: "known"; readonly reason: EndReason } & MachineWords)
  /** Nothing is wrong, but the desktop must be opened anew, for instance with another size. */
  | { readonly at: "renewed" };

interface SurfaceEvents {
  readonly onConnected: () => void;
  readonly onEnded: (ending: SurfaceEnding) => void;
  /** The desktop's clipboard has new text. */
  readonly onClipboard: (text: string) => void;
  /** What the machine shows has a name of its own; empty where it has none any more. */
  readonly onTitle: (text: string) => void;
  /**
   * Asks the person, or answers with what they typed for the attempt before. `undefined`: they would rather not.
   * Only where the connection's credential mode is `prompt`, or the machine asks questions of its own.
   */
  readonly askCredential: (request: CredentialRequest) => Promise<TypedCredential | undefined>;
}

export interface SurfaceOptions {
  readonly target: HTMLElement;
  readonly tunnel: TunnelAddress;
  readonly scaling: Scaling;
  readonly credentialMode: CredentialMode;
  /** What was typed before the tunnel was opened, for modules that ask for it so. */
  readonly credential: TypedCredential | undefined;
  readonly policy: Policy;
  readonly events: SurfaceEvents;
}

/** A key, or keys together, that the browser would keep for itself. */
export interface SpecialKey {
  readonly label: string;
  readonly send: () => void;
}

export interface Surface {
  /** Stands in the place of a desktop's special keys, of its scaling too: for what is no picture, such as a terminal. */
  readonly specialKeys?: readonly SpecialKey[];
  /** Why there is no clipboard, for people, where there is none. */
  readonly noClipboard?: string | undefined;
  /** There where files can be copied by a panel, once connected. */
  readonly files?: RemoteFiles | undefined;
  /** There where files travel by the clipboard. */
  readonly clipboardFiles?: ClipboardFiles | undefined;
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

export type OpenSurface = (options: SurfaceOptions) => Surface;

/** What each protocol's folder exports from its `surface.ts`. */
export interface SurfaceModule {
  readonly openSurface: OpenSurface;
  /** What the person is asked for before the tunnel opens, in mode `prompt`; absent where the protocol asks in mid-stream. */
  readonly asksFirst?: CredentialRequest;
}

export type SurfaceRegistry = Readonly<Record<Protocol, () => Promise<SurfaceModule>>>;
