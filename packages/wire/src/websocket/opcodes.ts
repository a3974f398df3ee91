/** Names of RFC 6455 §5.2 and §7.4.1. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Close codes that the codec itself gives; the private ones are in the contract's end reasons. */
export const CLOSE_CODE = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  noStatus: 1005,
  tooBig: 1009,
} as const;

/** RFC 6455 §5.5: a control frame carries at most this. */
export const MAX_CONTROL_PAYLOAD_BYTES = 125;
