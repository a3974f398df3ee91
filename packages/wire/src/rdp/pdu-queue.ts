/** Cuts a stream of RDP messages at their ends. */
import { ByteQueue } from "../bytes/byte-queue.ts";
import { readTsRequest, type TsRequest } from "../credssp/ts-request.ts";
import { readPduSize } from "./tpkt.ts";

export type Pdu =
  | { readonly kind: "tpkt" | "fast-path"; readonly bytes: Uint8Array }
  /** Only while the client signs in by CredSSP itself, before the first TPKT. */
  | { readonly kind: "sign-in"; readonly bytes: Uint8Array; readonly request: TsRequest };

const DER_SEQUENCE = 0x30;

/** LIMIT: holds at most one unfinished message, whose length is limited by its reader, and one chunk. */
export class PduQueue {
  readonly #queue = new ByteQueue();
  #maySignIn: boolean;

  constructor({ maySignIn }: { readonly maySignIn: boolean }) {
    this.#maySignIn = maySignIn;
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /** The next whole message, `undefined` until there is one, or why there will be none. */
  next(): Pdu | undefined | { readonly refused: string } {
    const bytes = this.#queue.peek();
    if (this.#maySignIn && bytes[0] === DER_SEQUENCE) return this.#nextSignIn(bytes);
    const reading = readPduSize(bytes);
    if (reading.at === "refused") return { refused: reading.why };
    if (reading.at === "more" || bytes.length < reading.size) return undefined;
    this.#maySignIn = false;
    this.#queue.drop(reading.size);
    return { kind: reading.isFastPath ? "fast-path" : "tpkt", bytes: bytes.subarray(0, reading.size) };
  }

  takeRest(): Uint8Array {
    return this.#queue.takeAll();
  }

  #nextSignIn(bytes: Uint8Array): Pdu | undefined | { readonly refused: string } {
    const reading = readTsRequest(bytes);
    if (reading.at === "refused") return { refused: reading.why };
    if (reading.at === "more") return undefined;
    this.#queue.drop(reading.size);
    return { kind: "sign-in", bytes: bytes.subarray(0, reading.size), request: reading.request };
  }
}
