import { expect, test } from "vitest";
import { hopDetail } from "./hop-detail.ts";

test("names the protocol as people write it, and keeps what the machine said", () => {
  expect(hopDetail("rdp by gateway north: by gateway: closed")).toBe(
    "RDP by gateway north: by gateway: closed",
  );
});

test.each(["8 of 8 machines", "main hall", "telnet by gateway north", ""])("leaves %j as it is", (said) => {
  expect(hopDetail(said)).toBe(said);
});
