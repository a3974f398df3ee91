import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfLatin1, latin1 } from "../bytes/big-endian.ts";
import { joined } from "../bytes/testing.ts";
import { advanceClient, CLIENT_BEGIN, type ClientOptions, type ClientState } from "./client-handshake.ts";
import { CHALLENGE_BYTES, parseVersion, type RfbVersion, versionMessage } from "./handshake-step.ts";
import { advanceServer, SERVER_GREETING, type ServerSecurity, type ServerState } from "./server-handshake.ts";
import {
  knowing,
  NONE,
  newClient,
  newServer,
  RIGHT_PASSWORD,
  VNC_AUTH,
  WITHOUT_PASSWORD,
} from "./testing.ts";

/** Lets both talk until nobody says anything, every message in pieces of `pieceBytes`; the server greets with `version`. */
function talk(
  version: RfbVersion,
  sides: { options: ClientOptions; security: ServerSecurity },
  pieceBytes = 99,
) {
  const client = newClient(sides.options);
  const server = newServer(sides.security);
  let toClient = versionMessage(version);
  while (0 < toClient.length) {
    const toServer = inPieces(toClient, pieceBytes, (piece) => client.feed(piece));
    toClient = inPieces(toServer, pieceBytes, (piece) => server.feed(piece));
  }
  return { client: client.state, server: server.state, left: client.left.length + server.left.length };
}

function inPieces(
  bytes: Uint8Array,
  size: number,
  feed: (piece: Uint8Array) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const sent: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) sent.push(feed(bytes.subarray(at, at + size)));
  return joined(sent) as Uint8Array<ArrayBuffer>; // a fresh array
}

const VERSIONS: readonly RfbVersion[] = ["3.3", "3.7", "3.8"];
const REASON = {
  "3.3": "machine refused the password",
  "3.7": "machine refused the password",
  "3.8": "Authentication failed",
};

describe.each(VERSIONS)("our client and our server in version %s", (version) => {
  const outcomes: readonly (readonly [string, ServerSecurity, ClientOptions, object, object])[] = [
    ["None", NONE, WITHOUT_PASSWORD, { at: "agreed", version }, { at: "agreed", version, isShared: true }],
    [
      "None though a password is known",
      NONE,
      knowing(RIGHT_PASSWORD),
      { at: "agreed", version },
      { at: "agreed", version, isShared: true },
    ],
    [
      "None, alone",
      NONE,
      { isShared: false },
      { at: "agreed", version },
      { at: "agreed", version, isShared: false },
    ],
    [
      "the right password",
      VNC_AUTH,
      knowing(RIGHT_PASSWORD),
      { at: "agreed", version },
      { at: "agreed", version, isShared: true },
    ],
    [
      "a wrong password",
      VNC_AUTH,
      knowing(RIGHT_PASSWORD + 1),
      { at: "failed", failure: "authentication-failed", reason: REASON[version] },
      { at: "failed", failure: "authentication-failed" },
    ],
    [
      "no password",
      VNC_AUTH,
      WITHOUT_PASSWORD,
      { at: "failed", failure: "no-common-security" },
      { at: version === "3.3" ? "awaiting-response" : "awaiting-security-choice" },
    ],
  ];
  it.each(outcomes)("%s", (what, security, options, client, server) => {
    for (const pieceBytes of [1, 2, 3, 5, 99]) {
      const outcome = talk(version, { options, security }, pieceBytes);
      expect(outcome.client).toMatchObject(client);
      expect(outcome.server).toMatchObject(server);
      // A server of 3.3 sends its challenge unasked, and a client without password leaves it.
      expect(outcome.left).toBe(what === "no password" && version === "3.3" ? CHALLENGE_BYTES : 0);
    }
  });
});

describe("versions", () => {
  it.each([
    ["RFB 003.003\n", "3.3"],
    ["RFB 003.005\n", "3.3"],
    ["RFB 003.007\n", "3.7"],
    ["RFB 003.008\n", "3.8"],
    ["RFB 003.889\n", "3.8"],
    ["RFB 004.001\n", "3.8"],
    ["RFB 005.000\n", "3.8"],
  ])("%j is spoken to as %s", (message, version) => {
    expect(parseVersion(bytesOfLatin1(message))).toBe(version);
  });

  it.each([
    "RFB 002.002\n",
    "RFB 003.008\r",
    "RFB 3.8\n    ",
    "rfb 003.008\n",
    "RFB 00x.008\n",
    "HTTP/1.1 200",
  ])("%j is none, for either side", (message) => {
    expect(parseVersion(bytesOfLatin1(message))).toBeUndefined();
    const [client, server] = [newClient(knowing(RIGHT_PASSWORD)), newServer(VNC_AUTH)];
    for (const side of [client, server]) side.feed(bytesOfLatin1(message));
    expect(client.state).toMatchObject({ at: "failed", failure: "not-rfb" });
    expect(server.state).toEqual({ at: "failed", failure: "not-rfb" });
  });

  it("a machine that cannot be RFB is recognised by its first bytes", () => {
    for (const first of ["H", "SSH-", "RFX", "\u0003\u0000"]) {
      const client = newClient(WITHOUT_PASSWORD);
      client.feed(bytesOfLatin1(first));
      expect(client.state).toMatchObject({ at: "failed", failure: "not-rfb" });
    }
    const client = newClient(WITHOUT_PASSWORD);
    client.feed(bytesOfLatin1("RFB 003.0"));
    expect(client.state).toEqual(CLIENT_BEGIN);
  });

  it("our server greets with 3.8", () => {
    expect(latin1(SERVER_GREETING)).toBe("RFB 003.008\n");
  });
});

describe("whatever the peer sends", () => {
  const anyBytes = fc.uint8Array({ maxLength: 80 });
  const plausible = fc
    .tuple(fc.constantFrom(...VERSIONS), anyBytes)
    .map(([v, tail]) => joined([versionMessage(v), tail]));
  const stream = fc.oneof(anyBytes, plausible);

  it("both sides end in the same state however it is cut, and never throw", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(80), { maxLength: 6 }), (bytes, cuts) => {
        for (const side of [
          () => newClient(knowing(RIGHT_PASSWORD)),
          () => newServer(VNC_AUTH),
          () => newServer(NONE),
        ]) {
          const [whole, cut] = [side(), side()];
          whole.feed(bytes);
          let from = 0;
          for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
            cut.feed(bytes.subarray(from, Math.max(from, to)));
            from = Math.max(from, to);
          }
          expect(cut.state).toEqual(whole.state);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a side that has agreed or failed takes no more bytes", () => {
    const more = Uint8Array.of(1, 2, 3);
    for (const at of ["agreed", "failed"] as const) {
      const client = { at, version: "3.8", failure: "refused", reason: "" } as ClientState; // the union's two ends in one
      const server = { at, version: "3.8", isShared: true, failure: "not-rfb" } as ServerState; // as above
      expect(advanceClient(client, more, knowing(RIGHT_PASSWORD))).toEqual({ next: client, consumed: 0 });
      expect(advanceServer(server, more, VNC_AUTH)).toEqual({ next: server, consumed: 0 });
    }
  });
});
