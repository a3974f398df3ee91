/** The part of noVNC 1.7 that we use; the package brings no types. */
declare module "@novnc/novnc" {
  interface RfbEvents {
    readonly connect: CustomEvent<Record<string, never>>;
    readonly disconnect: CustomEvent<{ readonly clean: boolean }>;
    readonly credentialsrequired: CustomEvent<{ readonly types: readonly string[] }>;
    readonly securityfailure: CustomEvent<{ readonly status: number; readonly reason?: string }>;
    readonly clipboard: CustomEvent<{ readonly text: string }>;
    readonly desktopname: CustomEvent<{ readonly name: string }>;
  }

  // biome-ignore lint/style/noDefaultExport: the package exports it so.
  export default class RFB {
    constructor(target: HTMLElement, channel: WebSocket, options?: { readonly shared?: boolean });
    background: string;
    clipViewport: boolean;
    dragViewport: boolean;
    focusOnClick: boolean;
    qualityLevel: number;
    resizeSession: boolean;
    scaleViewport: boolean;
    showDotCursor: boolean;
    viewOnly: boolean;
    /** Not public, but the only way to learn whether the server takes sizes; absent means that it does not. */
    readonly _supportsSetDesktopSize?: boolean;
    addEventListener<Name extends keyof RfbEvents>(
      name: Name,
      listener: (event: RfbEvents[Name]) => void,
    ): void;
    blur(): void;
    clipboardPasteFrom(text: string): void;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    sendCredentials(credentials: {
      readonly username: string;
      readonly password: string;
      readonly target: string;
    }): void;
    sendKey(keysym: number, code: string, isDown?: boolean): void;
  }
}
