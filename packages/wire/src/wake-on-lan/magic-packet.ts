/**
 * Wake-on-LAN: the "magic packet" (AMD publication 20213), six bytes FF and then the network card's address sixteen times.
 * It may stand anywhere in a frame; by UDP to port 9 is what every card and every switch takes.
 */
import { concatBytes } from "../bytes/concat.ts";

export const WAKE_ON_LAN_PORT = 9;

const SYNCHRONISATION = new Uint8Array(6).fill(0xff);
const REPETITIONS = 16;

/** `macAddress`: six pairs of hexadecimal digits with colons between. Throws a `RangeError` for anything else. */
export function encodeMagicPacket(macAddress: string): Uint8Array {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(macAddress))
    throw new RangeError("a MAC address is six pairs of hexadecimal digits with colons between");
  const address = Uint8Array.from(macAddress.split(":"), (pair) => Number.parseInt(pair, 16));
  return concatBytes([SYNCHRONISATION, ...Array.from({ length: REPETITIONS }, () => address)]);
}
