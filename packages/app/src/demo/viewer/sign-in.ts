/** The demo desktop's side of the RFB handshake on a socket: VNC Authentication with one password, under one deadline. */
import { createCipheriv, randomBytes, timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import {
  advanceServer,
  ByteQueue,
  bytesOfLatin1,
  CHALLENGE_BYTES,
  SERVER_BEGIN,
  SERVER_GREETING,
  type ServerSecurity,
  type ServerState,
  vncAuthKey,
} from "@deskgate/wire";

/** One deadline covers the whole handshake. */
const HANDSHAKE_DEADLINE_MS = 10_000;

export interface SignInEvents {
  /** The password was right; `rest` came behind the handshake. The socket is the caller's from here on. */
  onAgreed(rest: Uint8Array): void;
  /** The socket is about to be closed. */
  onRefused(reason: string): void;
}

export function signIn(socket: Socket, password: string, events: SignInEvents): void {
  const security = vncAuth(password);
  const queue = new ByteQueue();
  let state: ServerState = SERVER_BEGIN;
  const deadline = setTimeout(() => {
    events.onRefused("handshake took too long");
    socket.destroy();
  }, HANDSHAKE_DEADLINE_MS);
  const leave = () => {
    clearTimeout(deadline);
    socket.off("data", onData);
    socket.off("close", leave);
  };
  const onData = (chunk: Buffer) => {
    queue.push(chunk);
    state = advanced(state, queue, { security, socket });
    if (state.at === "failed") {
      leave();
      events.onRefused(state.failure);
      socket.end(() => socket.destroy());
    } else if (state.at === "agreed") {
      leave();
      events.onAgreed(queue.takeAll());
    }
  };
  socket.on("data", onData);
  socket.on("close", leave);
  socket.write(SERVER_GREETING);
}

/** Runs the table of states as far as the bytes reach. */
function advanced(
  from: ServerState,
  queue: ByteQueue,
  { security, socket }: { readonly security: ServerSecurity; readonly socket: Socket },
): ServerState {
  let state = from;
  for (;;) {
    const step = advanceServer(state, queue.peek(), security);
    queue.drop(step.consumed);
    if (step.send) socket.write(step.send);
    if (step.next === state) return state;
    state = step.next;
  }
}

function vncAuth(password: string): ServerSecurity {
  const challenge = randomBytes(CHALLENGE_BYTES);
  const expected = desEncrypted(vncAuthKey(bytesOfLatin1(password)), challenge);
  return { type: "vnc-auth", challenge, isRightResponse: (response) => timingSafeEqual(response, expected) };
}

/** Single DES by the triple cipher with three equal keys; OpenSSL 3 has moved the single one to its legacy provider. */
function desEncrypted(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv("des-ede3-ecb", Buffer.concat([key, key, key]), null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}
