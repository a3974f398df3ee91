import { encodeCleanPathError, encodeCleanPathResponse } from "@deskgate/wire";
import { describe, expect, it } from "vitest";
import { wordsOfRefusal } from "./refusal.ts";

const confirm = (type: number, value: number) =>
  Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, type, 0, 8, 0, value, 0, 0, 0);

describe("a machine that refuses a connection", () => {
  it("is quoted with its code", () => {
    const refusal = (code: number) => encodeCleanPathError({ kind: "negotiation", x224: confirm(3, code) });
    expect(wordsOfRefusal(refusal(5))).toBe("The machine insists on NLA (code 5).");
    expect(wordsOfRefusal(refusal(9))).toBe("The machine says failure 9 (code 9).");
  });

  it("is not where the machine agreed, or where the gateway failed", () => {
    const agreed = { x224: confirm(2, 1), certificates: [], serverAddress: "127.0.0.1:3389" };
    expect(wordsOfRefusal(encodeCleanPathResponse(agreed))).toBeUndefined();
    expect(wordsOfRefusal(encodeCleanPathError({ kind: "general", httpStatus: 502 }))).toBeUndefined();
    expect(wordsOfRefusal(Uint8Array.of(1, 2, 3))).toBeUndefined();
  });
});
