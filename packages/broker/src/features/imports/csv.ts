/**
 * CSV (RFC 4180) in and out, and what spreadsheets make of it: a cell that begins like a formula is one to them.
 *
 * On the way out such a cell gets an apostrophe in front, on the way in the apostrophe is taken off again; without it,
 * a name that begins like a formula is refused. Inside a cell the same holds after a semicolon, a tab or a line break:
 * where semicolons part cells, as in much of Europe, a spreadsheet takes what follows for a cell, whatever the quotes say.
 */
import type { Readable } from "node:stream";
import { DeskgateError, MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from "@deskgate/contract";
import { CsvError, parse } from "csv-parse";

/** Column → cell. */
export type CsvRecord = Readonly<Record<string, string>>;

export interface CsvTable {
  readonly columns: readonly string[];
  readonly records: readonly CsvRecord[];
}

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

/** Reads a whole file, a piece at a time. Throws `request_malformed` where it is no CSV. */
export async function readCsv(source: Readable | string): Promise<CsvTable> {
  const parser = parse({ bom: true, columns: false, skip_empty_lines: true, relax_column_count: false });
  const feeding = feed(source, parser).catch((cause: unknown) => parser.destroy(asError(cause)));
  const rows: string[][] = [];
  try {
    for await (const row of parser as AsyncIterable<string[]>) {
      if (MAX_IMPORT_ROWS < rows.length) throw new DeskgateError("payload_too_large");
      rows.push(row);
    }
  } catch (cause) {
    if (cause instanceof CsvError)
      throw new DeskgateError("request_malformed", { cause, fields: { csv: sentenceOf(cause) } });
    throw cause;
  } finally {
    await feeding;
  }
  const [columns = [], ...records] = rows;
  const names = columns.map((name) => name.trim());
  return {
    columns: names,
    records: records.map((cells) =>
      Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])),
    ),
  };
}

/** Awaits the parser where it is behind, so that a large file is never in memory twice. */
async function feed(source: Readable | string, parser: ReturnType<typeof parse>): Promise<void> {
  if (typeof source === "string") {
    parser.end(source);
    return;
  }
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (MAX_IMPORT_BYTES < bytes) throw new DeskgateError("payload_too_large");
    if (!parser.write(chunk)) await new Promise<void>((resolve) => parser.once("drain", resolve));
  }
  parser.end();
}

function sentenceOf({ code, lines }: CsvError & { readonly lines?: unknown }): string {
  const at = typeof lines === "number" ? ` near line ${lines}` : "";
  return code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH"
    ? `A row${at} has more or fewer cells than the header.`
    : `The quotes${at} do not match.`;
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
