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

  /** What the library can put into a message. */
  interface SpiceWritable {
    buffer_size(): number;
    to_buffer(buffer: ArrayBuffer, at?: number): void;
  }

  export class SpiceMainConn {
    constructor(options: SpiceOptions);
    readonly inputs?: SpiceChannel;
    readonly agent_connected?: boolean;
    process_channel_message: (message: { readonly type: number; readonly data: ArrayBuffer }) => boolean;
    announce_agent_capabilities: (isAsking: number) => void;
    send_agent_message(type: number, message: SpiceWritable): void;
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
