import { expect, it } from "vitest";
import { dialFailureOf, dialTarget } from "./dial-target.ts";

it.each([
  ["ECONNREFUSED", "target_port_closed"],
  ["ENETUNREACH", "target_network_unreachable"],
  ["EHOSTUNREACH", "target_unreachable"],
  ["ETIMEDOUT", "target_unreachable"],
])("a dial that fails with %s has a reason of its own", (code, failed) => {
  expect(dialFailureOf(Object.assign(new Error("dial"), { code }))).toEqual({ failed, detail: "dial" });
});

it("a name that nobody knows is told apart from a machine that is off", async () => {
  // RFC 6761: never resolves.
  const target = { host: "desk.invalid", port: 4000, isDeclaredLocal: false };
  expect(await dialTarget(target, AbortSignal.timeout(15_000))).toMatchObject({
    failed: "target_name_unknown",
  });
});
