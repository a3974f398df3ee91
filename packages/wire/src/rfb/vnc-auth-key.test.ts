import { expect, it } from "vitest";
import { bytesOfLatin1 } from "../bytes/big-endian.ts";
import { vncAuthKey } from "./vnc-auth-key.ts";

it("reverses every byte's bits, pads with zeros and cuts after eight", () => {
  const hex = (password: string) => Buffer.from(vncAuthKey(bytesOfLatin1(password))).toString("hex");
  // The fixed key of every vncpasswd file (e84ad660c4721ae0) is 17 52 6b 06 23 4e 58 07 before the reversal.
  expect(
    Buffer.from(vncAuthKey(Uint8Array.of(0x17, 0x52, 0x6b, 0x06, 0x23, 0x4e, 0x58, 0x07))).toString("hex"),
  ).toBe("e84ad660c4721ae0");
  expect(hex("")).toBe("0000000000000000");
  expect(hex("password")).toBe("0e86ceceeef64e26");
  expect(hex("passwordX")).toBe(hex("password"));
  expect(hex("a")).toBe("8600000000000000");
});
