import { expect, it } from "vitest";
import { newWindow, termsOf } from "./terms.ts";

it("reads networks however they are parted, and days in their order", () => {
  const window = { ...newWindow(), days: ["5", "1"], timeZone: "UTC" };
  expect(termsOf({ policyId: "", windows: [window], networks: "10.0.0.0/8, \n2001:db8::/32\n" })).toEqual({
    policyId: null,
    windows: [{ days: [1, 5], from: "08:00", to: "18:00", timeZone: "UTC" }],
    networks: ["10.0.0.0/8", "2001:db8::/32"],
  });
});
