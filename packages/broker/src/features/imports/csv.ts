/**
 * CSV (RFC 4180) in and out, and what spreadsheets make of it: a cell that begins like a formula is one to them.
 *
 * On the way out such a cell gets an apostrophe in front, on the way in the apostrophe is taken off again; without it,
 * a name that begins like a formula is refused. Inside a cell the same holds after a semicolon, a tab or a line break:
 * where semicolons part cells, as in much of Europe, a spreadsheet takes what follows for a cell, whatever the quotes say.
 */
import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DeskgateError, MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from "@deskgate/contract";
import { CsvError, parse } from "csv-parse";

/** Column → cell. */
export type CsvRecord = Readonly<Record<string, string>>;

export interface CsvTable {
  readonly columns: readonly string[];
  /** `row` as a spreadsheet counts: the header is the first, and empty lines count too. */
  readonly records: readonly { readonly row: number; readonly fields: CsvRecord }[];
}

// LIMIT: bytes parsed in one turn of the event loop.
const PIECE_BYTES = 65_536;

const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
/** Where an apostrophe is put in; text that has one there already gets another, so that nothing is lost. */
const CELL_OF_FORMULA = /(?<=^|[;\t\r\n])(?='*[=+\-@\t\r＝＋－＠])/g;
const APOSTROPHE = /(?<=^|[;\t\r\n])'(?='*[=+\-@\t\r＝＋－＠])/g;

export function looksLikeFormula(text: string): boolean {
  return FORMULA.test(text);
}

/** A cell as it was meant: without the apostrophes that keep it from being a formula. */
export function unescapeCell(text: string): string {
  return text.replace(APOSTROPHE, "");
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(text: string): string {
  const safe = text.replace(CELL_OF_FORMULA, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads a whole file, a piece at a time. Throws {@link CsvProblem} where it is no CSV. */
export async function readCsv(source: Readable | string): Promise<CsvTable> {
  const parser = parse({ bom: true, info: true, skip_empty_lines: true, relax_column_count: false });
  const feeding = feed(source, parser).catch((cause: unknown) => parser.destroy(asError(cause)));
  let columns: readonly string[] | undefined;
  const records: CsvTable["records"][number][] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      if (MAX_IMPORT_ROWS <= records.length) throw new DeskgateError("payload_too_large");
      if (columns) records.push({ row: rowOf(info), fields: recordOf(columns, record) });
      else columns = record.map((name) => name.trim());
    }
  } catch (cause) {
    throw cause instanceof CsvError ? problemOf(cause) : cause;
  } finally {
    await feeding;
  }
  return { columns: columns ?? [], records };
}

/** How far the parser had come with a record, or with the one before a record that is wrong. */
interface Progress {
  readonly records: number;
  readonly empty_lines: number;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: Progress;
}

function rowOf({ records, empty_lines }: Progress): number {
  return records + empty_lines;
}

/** A file that is no CSV, from the row where that shows. */
export class CsvProblem extends Error {
  override readonly name = "CsvProblem";
  readonly row: number;

  constructor(row: number, message: string, cause: unknown) {
    super(message, { cause });
    this.row = row;
  }
}

function recordOf(columns: readonly string[], cells: readonly string[]): CsvRecord {
  return Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""]));
}

/** Awaits the parser where it is behind, so that a large file is never in memory twice. */
async function feed(source: Readable | string, parser: ReturnType<typeof parse>): Promise<void> {
  let bytes = 0;
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    parser.once("close", () => {
      isOver = true;
      resolve();
    });
  });
  const pieces = typeof source === "string" ? piecesOf(Buffer.from(source)) : source;
  for await (const piece of pieces as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (MAX_IMPORT_BYTES < bytes) throw new DeskgateError("payload_too_large");
    // What comes behind a mistake is read all the same: who still sends would not hear the answer.
    if (isOver) continue;
    if (!parser.write(piece))
      await Promise.race([over, new Promise<void>((resolve) => parser.once("drain", resolve))]);
    // Streams hand over from one to the next without letting anybody else in between.
    await nextTurn();
  }
  parser.end();
}

async function* piecesOf(file: Buffer): AsyncGenerator<Buffer> {
  for (let begin = 0; begin < file.length; begin += PIECE_BYTES)
    yield file.subarray(begin, begin + PIECE_BYTES);
}

function problemOf(cause: CsvError): CsvProblem {
  const progress = cause as CsvError & Progress; // the parser puts it beside the code, which its types do not say
  const reason =
    cause.code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH"
      ? "This row has more or fewer cells than the header."
      : "The quotes of this row do not match.";
  return new CsvProblem(rowOf(progress) + 1, reason, cause);
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
