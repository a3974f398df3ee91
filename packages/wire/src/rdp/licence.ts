/** Licensing as far as a gateway wants to know how it ended (MS-RDPBCGR §2.2.1.12). */
import { readU8 } from "../bytes/big-endian.ts";
import { readU16Le, readU32Le } from "../bytes/little-endian.ts";

const SEC_LICENSE_PKT = 0x0080;
const AT = { messageType: 4, errorCode: 8 } as const;
const ERROR_ALERT = 0xff;
const STATUS_VALID_CLIENT = 7;
const LICENCE_BYTES = 4 /* security header */ + 4 /* preamble */ + 4; /* error code */

/** `undefined`: the payload is not of licensing. `going-on`: more will follow. */
export function licenceOutcome(payload: Uint8Array): "granted" | "refused" | "going-on" | undefined {
  if (payload.length < 4 || (readU16Le(payload, 0) & SEC_LICENSE_PKT) === 0) return undefined;
  if (payload.length < LICENCE_BYTES || readU8(payload, AT.messageType) !== ERROR_ALERT) return "going-on";
  return readU32Le(payload, AT.errorCode) === STATUS_VALID_CLIENT ? "granted" : "refused";
}
