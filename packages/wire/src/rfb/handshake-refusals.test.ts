import { describe, expect, it } from "vitest";
import { joined } from "../bytes/testing.ts";
import { type ClientOptions, type ClientState, reasonMessage } from "./client-handshake.ts";
import { MAX_REASON_BYTES, versionMessage } from "./handshake-step.ts";
import {
  CHALLENGE,
  knowing,
  NONE,
  newClient,
  newServer,
  RIGHT_PASSWORD,
  u32,
  VNC_AUTH,
  WITHOUT_PASSWORD,
} from "./testing.ts";

/** What a client makes of a server's whole side, cut at every byte. */
function clientAfter(serverSays: Uint8Array, options: ClientOptions): ClientState {
  const whole = newClient(options);
  whole.feed(serverSays);
  for (let cut = 0; cut <= serverSays.length; cut++) {
    const client = newClient(options);
    client.feed(serverSays.subarray(0, cut));
    client.feed(serverSays.subarray(cut));
    expect(client.state).toEqual(whole.state);
    expect(joined(client.sent)).toEqual(joined(whole.sent));
  }
  return whole.state;
}

describe("a machine that refuses", () => {
  const V38 = versionMessage("3.8");
  const reason = reasonMessage("Too many sign-ins");
  const refused = { at: "failed", failure: "refused", reason: "Too many sign-ins" };

  it.each([
    ["3.3, before security", joined([versionMessage("3.3"), u32(0), reason]), refused],
    ["3.7, by no security types", joined([versionMessage("3.7"), Uint8Array.of(0), reason]), refused],
    ["3.8, by no security types", joined([V38, Uint8Array.of(0), reason]), refused],
    [
      "3.8, after None",
      joined([V38, Uint8Array.of(1, 1), u32(1), reason]),
      { ...refused, failure: "authentication-failed" },
    ],
    [
      "3.8, by too many attempts",
      joined([V38, Uint8Array.of(1, 2), CHALLENGE, u32(2), reason]),
      { ...refused, failure: "authentication-failed" },
    ],
    [
      "3.3, by a type we do not speak",
      joined([versionMessage("3.3"), u32(16)]),
      { at: "failed", failure: "no-common-security", reason: "machine asks for security type 16" },
    ],
    [
      "3.8, by types we do not speak",
      joined([V38, Uint8Array.of(2, 19, 30)]),
      { at: "failed", failure: "no-common-security", reason: "machine offers security types 19, 30" },
    ],
    ["without a reason", joined([V38, Uint8Array.of(0), u32(0)]), { ...refused, reason: "" }],
  ])("%s", (_what, says, state) => {
    expect(clientAfter(says, knowing(RIGHT_PASSWORD))).toEqual(state);
  });

  it("with a reason of 4 GiB gives the beginning of it", () => {
    const says = joined([
      V38,
      Uint8Array.of(0),
      u32(0xffffffff),
      new Uint8Array(MAX_REASON_BYTES + 500).fill(65),
    ]);
    const client = newClient(knowing(RIGHT_PASSWORD));
    client.feed(says);
    expect(client.state).toEqual({ at: "failed", failure: "refused", reason: "A".repeat(MAX_REASON_BYTES) });
  });

  it("with 255 security types is answered when all are there", () => {
    const types = Uint8Array.from({ length: 255 }, (_, i) => 255 - i);
    expect(clientAfter(joined([V38, Uint8Array.of(255), types]), WITHOUT_PASSWORD)).toMatchObject({
      at: "awaiting-result",
    });
    expect(clientAfter(joined([V38, Uint8Array.of(255), types]), knowing(RIGHT_PASSWORD))).toMatchObject({
      at: "awaiting-challenge",
    });
  });
});

describe("a viewer that our server refuses", () => {
  it.each([0, 2, 16, 255])("picks security type %i, which was never offered", (type) => {
    const server = newServer(NONE);
    server.feed(versionMessage("3.8"));
    const answer = server.feed(Uint8Array.of(type));
    expect(server.state).toEqual({ at: "failed", failure: "security-not-offered" });
    expect(answer).toEqual(joined([u32(1), reasonMessage("Security type not offered")]));
  });

  it("hears no reason in 3.7 and 3.3, which know none", () => {
    for (const [version, choice] of [
      ["3.7", [2]],
      ["3.3", []],
    ] as const) {
      const server = newServer(VNC_AUTH);
      server.feed(joined([versionMessage(version), Uint8Array.from(choice)]));
      expect(server.feed(CHALLENGE)).toEqual(u32(1));
      expect(server.state).toEqual({ at: "failed", failure: "authentication-failed" });
    }
  });
});
