/** What every viewer of the bench is: something that really speaks its protocol, asks for all there is, and counts. */

export interface Counts {
  /** Messages that brought a changed picture. */
  readonly updates: number;
  /** Area of all pictures and fillings that arrived, drawn or only announced; scrolls by copying are not in it. */
  readonly pixels: number;
  /** Payload bytes, before TLS and WebSocket framing. */
  readonly bytes: number;
}

export class Counter {
  updates = 0;
  pixels = 0;
  bytes = 0;

  get counts(): Counts {
    return { updates: this.updates, pixels: this.pixels, bytes: this.bytes };
  }
}

/** `failed`: said once, where a session ended before it should have. */
export interface Viewer {
  readonly counter: Counter;
  /** The first picture is there. */
  readonly ready: Promise<void>;
  readonly failed: Promise<string>;
}

/** Where a session is to be had, and as whom. */
export type ViewerPlan =
  | { readonly kind: "rfb"; readonly port: number; readonly ticket: string }
  | { readonly kind: "iron"; readonly port: number; readonly ticket: string }
  | {
      readonly kind: "guacamole";
      readonly port: number;
      readonly protocol: "vnc" | "rdp";
      readonly settings: Readonly<Record<string, string>>;
    };

export const DESKTOP = { width: 1200, height: 800 } as const;
