import type { AuditRecord } from "@deskgate/broker";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_MESSAGE_BYTES, syslogMessage } from "./format.ts";

const record: AuditRecord = {
  ...{ sequence: 7, previousHash: "0".repeat(64), hash: "1".repeat(64), id: "i", at: 1_767_225_600_123 },
  ...{ actorUserId: null, actorName: 'a"da', address: "192.0.2.1", action: "user.created" },
  ...{ subjectKind: "user", subjectId: "u", outcome: "ok", detail: '{"name":"x]\\\\"}' },
};
const origin = { host: "desk.example", processId: 42 };

test("a record as RFC 5424 spells it", () => {
  expect(syslogMessage(record, origin)).toBe(
    '<109>1 2026-01-01T00:00:00.123Z desk.example deskgate 42 user.created [audit@32473 sequence="7" id="i" ' +
      'action="user.created" outcome="ok" actor="a\\"da" actorId="" address="192.0.2.1" subjectKind="user" ' +
      'subjectId="u" detail="{\\"name\\":\\"x\\]\\\\\\\\\\"}" ' +
      `previousHash="${"0".repeat(64)}" hash="${"1".repeat(64)}"] a"da: user.created user: ok`,
  );
});

test("a refusal is a warning", () => {
  expect(syslogMessage({ ...record, outcome: "not_found" }, origin)).toMatch(/^<108>1 /);
});

/** A strict reader of RFC 5424 §6, written apart from the writer. */
function read(message: string): {
  readonly head: readonly string[];
  readonly values: ReadonlyMap<string, string>;
} {
  const header =
    /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) \[([!-<>-\\^-~]{1,32})/.exec(
      message,
    );
  if (!header) throw new Error(`no header: ${message}`);
  let at = header[0].length;
  const values = new Map<string, string>();
  // RFC 5424 §6.3.3: a backslash before anything but these three is a backslash.
  const parameter = /^ ([!-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\[\s\S])*)"/;
  while (message[at] !== "]") {
    const [whole, name, value] = parameter.exec(message.slice(at)) ?? [];
    if (whole === undefined || name === undefined || value === undefined)
      throw new Error(`no parameter at ${at}: ${message}`);
    values.set(name, value.replaceAll(/\\(["\\\]])/g, "$1"));
    at += whole.length;
  }
  if (message[at + 1] !== " ") throw new Error(`no space before the text: ${message}`);
  return { head: header.slice(1), values };
}

const text = fc.string({ unit: "binary", maxLength: 40 });

test("whatever stands in a record is read back, control characters aside, and nothing ends a message early", () => {
  const nasty = fc.oneof(
    text,
    fc.constantFrom('"]', "\\", "\\]", "]\n<1>1 - - - - - -", '" x="', "\u0000\u007f\u0085"),
  );
  fc.assert(
    fc.property(nasty, nasty, nasty, nasty, nasty, (actorName, address, action, subjectId, detail) => {
      const written = { ...record, actorName, address, action, subjectId, detail };
      const message = syslogMessage(written, { host: actorName, processId: 1 });
      expect(message).not.toMatch(/\p{Cc}/u);
      const { values } = read(message);
      const plain = (value: string) => value.toWellFormed().replaceAll(/\p{Cc}/gu, "\uFFFD");
      expect(values.get("actor")).toBe(plain(actorName));
      expect(values.get("address")).toBe(plain(address));
      expect(values.get("action")).toBe(plain(action));
      expect(values.get("subjectId")).toBe(plain(subjectId));
      expect(values.get("detail")).toBe(plain(detail));
      expect(values.get("sequence")).toBe("7");
    }),
    { numRuns: 500 },
  );
});

test("a message that collectors would cut goes without its detail", () => {
  const long = syslogMessage({ ...record, detail: `{"x":"${"ü".repeat(MAX_MESSAGE_BYTES)}"}` }, origin);
  expect(Buffer.byteLength(long)).toBeLessThan(MAX_MESSAGE_BYTES);
  expect(read(long).values.get("detail")).toBe('{"omitted":true}');
});
