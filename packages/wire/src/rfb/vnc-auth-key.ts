/**
 * The DES key of VNC Authentication (RFC 6143 §7.2.2): the password's first eight bytes, padded with zeros, each with its
 * bits in reverse order, which every implementation does and the RFC's erratum 4951 records.
 */
export const VNC_PASSWORD_BYTES = 8;

/** `password` as the bytes the machine knows (Latin-1 for characters beyond ASCII); more than eight are cut off. */
export function vncAuthKey(password: Uint8Array): Uint8Array {
  const key = new Uint8Array(VNC_PASSWORD_BYTES);
  key.set(password.subarray(0, VNC_PASSWORD_BYTES));
  return key.map(reverseBits);
}

function reverseBits(byte: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) reversed |= 0x80 >> bit;
  return reversed;
}
