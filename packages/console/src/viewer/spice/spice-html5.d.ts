/** The part of spice-html5 0.2.1 that we use; the package brings no types. */
declare module "@spice-project/spice-html5/src/main.js" {
  interface SpiceOptions {
    readonly uri: string;
    readonly password: string;
    readonly screen_id: string;
    readonly message_id?: string;
    readonly onerror: (error: unknown) => void;
    readonly onsuccess: () => void;
    readonly onagent: (connection: SpiceMainConn) => void;
  }

  export interface SpiceChannel {
    readonly state: string;
    send_msg(message: unknown): void;
  }

  export class SpiceMainConn {
    constructor(options: SpiceOptions);
    readonly inputs?: SpiceChannel;
    readonly agent_connected?: boolean;
    resize_window(flags: number, width: number, height: number, depth: number, x: number, y: number): void;
    stop(): void;
  }
}

declare module "@spice-project/spice-html5/src/spicemsg.js" {
  export class SpiceMiniData {
    build_msg(type: number, message: unknown): void;
  }

  export class SpiceMsgcKeyDown {
    code: number;
  }

  export class SpiceMsgcKeyUp {
    code: number;
  }
}
