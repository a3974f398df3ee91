/**
 * What the viewer's page and a web client in a frame of its own say to each other, over one message port.
 *
 * Some web clients are WebAssembly that may crash for good, or libraries that write to the document as they like; in a
 * frame neither reaches the console. The frame is of our own origin and has a content security policy of its own.
 */
import type { CredentialMode, Policy } from "@deskgate/contract";
import type { ClipboardFile } from "../clipboard-files.ts";
import type { CredentialRequest, TypedCredential } from "../credential.ts";
import type { KeyName } from "../key-names.ts";
import type { Scaling, SurfaceEnding, TunnelAddress } from "../surface.ts";

/** Everything of {@link SurfaceOptions} that can travel. */
export interface FrameOptions {
  readonly tunnel: TunnelAddress;
  readonly scaling: Scaling;
  readonly credentialMode: CredentialMode;
  readonly credential: TypedCredential | undefined;
  readonly policy: Policy;
}

/** Sent once to the frame's window, with the port; everything else goes through the port. */
export interface FrameGreeting {
  readonly type: "deskgate-frame";
  readonly options: FrameOptions;
}

export type ToFrame =
  | { readonly type: "set-scaling"; readonly scaling: Scaling }
  | { readonly type: "send-keys"; readonly keys: readonly KeyName[] }
  | { readonly type: "send-clipboard"; readonly text: string }
  | { readonly type: "focus" }
  | { readonly type: "close" }
  | { readonly type: "credential"; readonly number: number; readonly typed: TypedCredential | undefined }
  | { readonly type: "offer-files"; readonly files: readonly File[] }
  | { readonly type: "fetch-file"; readonly number: number; readonly index: number }
  | { readonly type: "cancel-file"; readonly number: number };

/** Of the surface in the frame, which may find out late, and may lose them. */
export interface Abilities {
  readonly canResize: boolean;
  readonly noClipboard: string | undefined;
}

export type FromFrame =
  | { readonly type: "connected" }
  | { readonly type: "ended"; readonly ending: SurfaceEnding }
  | { readonly type: "clipboard"; readonly text: string }
  | { readonly type: "title"; readonly text: string }
  | { readonly type: "abilities"; readonly abilities: Abilities }
  | { readonly type: "ask-credential"; readonly number: number; readonly request: CredentialRequest }
  | { readonly type: "files"; readonly files: readonly ClipboardFile[] }
  | { readonly type: "file-progress"; readonly number: number; readonly bytes: number }
  | { readonly type: "file-done"; readonly number: number; readonly blob: Blob | undefined }
  | { readonly type: "upload-progress"; readonly index: number; readonly bytes: number };
