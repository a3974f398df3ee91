/** Pure codecs and state machines: bytes in, bytes out. */
export * from "./bytes/big-endian.ts";
export * from "./bytes/byte-queue.ts";
export * from "./first-bytes/recognise.ts";
export * from "./rfb/client-handshake.ts";
export * from "./rfb/client-messages.ts";
export * from "./rfb/encodings.ts";
export * from "./rfb/handshake-step.ts";
export * from "./rfb/message-parser.ts";
export * from "./rfb/rectangle-data.ts";
export * from "./rfb/server-handshake.ts";
export * from "./rfb/server-messages.ts";
export * from "./rfb/vnc-auth-key.ts";
export * from "./websocket/frame-decoder.ts";
export * from "./websocket/frame-encoder.ts";
export * from "./websocket/opcodes.ts";
export * from "./websocket/unmask.ts";
