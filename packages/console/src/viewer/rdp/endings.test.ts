import { describe, expect, it } from "vitest";
import { endingOfError, endingOfWords } from "./endings.ts";

describe("what IronRDP says at the end", () => {
  it.each([
    ["The idle session limit timer on the server has elapsed", "idle_limit"],
    ["The active session limit timer on the server has elapsed", "time_limit"],
    [
      "Another user connected to the server, forcing the disconnection of the current connection",
      "taken_over",
    ],
    ["The server denied the connection", "target_sign_in_denied"],
    ["The user cannot connect to the server due to insufficient access privileges", "target_sign_in_denied"],
    [
      "The server does not accept saved user credentials and requires that the user enter their credentials for each connection",
      "credential_needed",
    ],
    ["The disconnection was initiated by an administrative tool on the server in another session", "killed"],
    [
      "The disconnection was due to a forced logoff initiated by an administrative tool on the server in another session",
      "killed",
    ],
    [
      "The disconnection was initiated by an administrative tool on the server running in the user's session",
      "target_finished",
    ],
    [
      "The disconnection was initiated by the user logging off his or her session on the server",
      "target_finished",
    ],
    ["A Remote Desktop License Server could not be found to provide a license", "target_licence"],
    ["server initiated disconnect", "target_closed"],
  ])("“%s” has a reason", (words, reason) => {
    expect(endingOfWords(words)).toEqual({ at: "known", reason });
  });

  it.each([
    [1, { at: "refused" }],
    [2, { at: "refused" }],
    [3, { at: "refused" }],
    [6, { at: "known", reason: "target_protocol_refused" }],
    [0, { at: "garbled" }],
  ] as const)("of kind %i is an error with a reason", (kind, ending) => {
    expect(endingOfError({ kind: () => kind })).toEqual(ending);
  });

  it("is no reason where its memory is gone", () => {
    const gone = {
      kind: () => {
        throw new Error("null pointer");
      },
    };
    expect(endingOfError(gone)).toEqual({ at: "garbled" });
  });
});
