import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BackupDecoder, BackupEncoder, type BackupRecord, type BackupSummary } from "./backup-format.ts";

const HEADER = { schema: ["0001-people"], madeAt: 1_700_000_000_000, program: "0.1.0" };

type Row = readonly (string | number | null | Uint8Array)[];

function encode(tables: Readonly<Record<string, readonly Row[]>>): Uint8Array {
  const encoder = new BackupEncoder();
  const lines = [encoder.header(HEADER)];
  for (const [name, rows] of Object.entries(tables)) {
    lines.push(encoder.table(name, ["a", "b"]), ...rows.map((row) => encoder.row(row)));
  }
  return Buffer.concat([...lines, encoder.end().line]);
}

function decode(pieces: readonly Uint8Array[]): { records: BackupRecord[]; summary: BackupSummary } {
  const decoder = new BackupDecoder();
  const records = pieces.flatMap((piece) => [...decoder.push(piece)]);
  return { records, summary: decoder.finish() };
}

function codeOf(bytes: Uint8Array): string {
  try {
    decode([bytes]);
    return "accepted";
  } catch (cause) {
    return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  }
}

const value = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.maxSafeInteger(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }),
);
const tables = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.array(fc.tuple(value, value), { maxLength: 8 }),
  { maxKeys: 4, noNullPrototype: true },
);
const SMALL = encode({
  users: [
    ["ada", 1],
    ["žluťoučký\n", null],
  ],
  groups: [],
});

describe("a backup's lines", () => {
  test("come back as they were, however they are cut into pieces", () => {
    fc.assert(
      fc.property(tables, fc.array(fc.nat(300), { maxLength: 6 }), (content, lengths) => {
        const bytes = encode(content);
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(bytes.subarray(at, at + length));
          at += length;
        }
        const { records, summary } = decode([...pieces, bytes.subarray(at)]);
        const expected = Object.entries(content).flatMap(([name, rows]) => [
          { kind: "table", name, columns: ["a", "b"] },
          ...rows.map((values) => ({ kind: "row", values: values.map(plain) })),
        ]);
        const plainRecords = records.map((record) =>
          record.kind === "row" ? { ...record, values: record.values.map(plain) } : record,
        );
        expect(plainRecords).toEqual([{ kind: "header", header: HEADER }, ...expected]);
        const counts = Object.entries(content).map(([name, rows]) => [name, rows.length]);
        expect(summary.rows).toEqual(Object.fromEntries(counts));
      }),
    );
  });

  test("cut at any byte are refused", () => {
    for (let length = 0; length < SMALL.length; length++)
      expect([length, codeOf(SMALL.subarray(0, length))]).toEqual([length, "backup_damaged"]);
  });

  test("with any one byte changed are refused", () => {
    for (let at = 0; at < SMALL.length; at++) {
      const altered = Uint8Array.from(SMALL);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect([at, codeOf(altered)]).not.toEqual([at, "accepted"]);
    }
  });

  test("of any bytes whatever are refused or accepted, never worse", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(codeOf(bytes)).toBe("backup_damaged");
      }),
    );
  });

  test("that go on after the end are refused", () => {
    expect(codeOf(Buffer.concat([SMALL, Buffer.from("[1,2]\n")]))).toBe("backup_damaged");
    expect(codeOf(Buffer.concat([SMALL, Buffer.from(" ")]))).toBe("backup_damaged");
  });

  test("of a later form are refused by that name, whatever else is in them", () => {
    expect(codeOf(Buffer.from('{"deskgateBackup":2,"more":[]}\n'))).toBe("backup_too_new");
  });

  test("without an end to a line are refused before memory is full", () => {
    const decoder = new BackupDecoder();
    const piece = Buffer.alloc(64 * 1024, "x");
    const feed = () => {
      for (let pieces = 0; pieces < 1_000; pieces++) [...decoder.push(piece)];
    };
    expect(feed).toThrow(expect.objectContaining({ code: "backup_damaged" }));
  });
});

function plain(item: Row[number]): unknown {
  return item instanceof Uint8Array ? [...item] : Object.is(item, -0) ? 0 : item;
}
