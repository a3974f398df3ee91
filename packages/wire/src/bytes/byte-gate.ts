/** One direction of a stream that something looks at on the way: it may take bytes out, or put others in. */
export interface ByteGate {
  /** Takes the next bytes and passes on what may pass; returns why the stream must end, if it must. */
  push(chunk: Uint8Array, pass: (bytes: Uint8Array) => void): string | undefined;
}

/** Both directions of a tunnel. */
export interface ByteGates {
  readonly toViewer: ByteGate;
  readonly toMachine: ByteGate;
}
