/**
 * A backup as lines of JSON, the same for every dialect. It does no I/O and knows no database.
 *
 *   {"deskgateBackup":1,"schema":["0001-people",...],"madeAt":1700000000000,"program":"0.1.0"}
 *   {"table":"users","columns":["id","name",...]}
 *   ["7c0f...","ada",...]                                  one line per row, values in the order of the columns
 *   {"end":true,"rows":{"users":1,...},"sha256":"..."}     over every byte before this line
 *
 * INVARIANT: what {@link BackupDecoder.finish} has accepted is what was written, whole and unaltered by accident. The
 * sum is no signature: whoever may write the file may write another.
 */
import { createHash } from "node:crypto";
import { DeskgateError } from "@deskgate/contract";
import { z } from "zod";

const FORMAT_VERSION = 1;
// LIMIT: bytes of one line; the longest is a row with a private key and its certificate chain.
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const LINE_END = 0x0a;

/** Of a later form, only this much is known. */
const versionSchema = z.object({ deskgateBackup: z.int().min(1) });
const headerSchema = z.strictObject({
  deskgateBackup: z.int().min(1),
  /** The migrations that the database had, in order. */
  schema: z.array(z.string().max(200)).max(10_000),
  madeAt: z.int(),
  program: z.string().max(200),
});
const tableSchema = z.strictObject({ table: z.string(), columns: z.array(z.string()).min(1) });
const bytesSchema = z.strictObject({ base64: z.base64() });
const rowSchema = z.array(z.union([z.string(), z.number(), z.null(), bytesSchema]));
const endSchema = z.strictObject({
  end: z.literal(true),
  rows: z.record(z.string(), z.int().min(0)),
  sha256: z.string().length(64),
});

/** What a column can hold, in every dialect. */
export type BackupValue = string | number | null | Uint8Array;
export type BackupHeader = Omit<z.output<typeof headerSchema>, "deskgateBackup">;
export type BackupRecord =
  | { readonly kind: "header"; readonly header: BackupHeader }
  | { readonly kind: "table"; readonly name: string; readonly columns: readonly string[] }
  | { readonly kind: "row"; readonly values: readonly BackupValue[] };

export interface BackupSummary {
  /** Table → how many rows. */
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
}

export class BackupEncoder {
  readonly #sum = createHash("sha256");
  readonly #rows: Record<string, number> = {};
  #table = "";

  header(header: BackupHeader): Uint8Array {
    return this.#line({ deskgateBackup: FORMAT_VERSION, ...header });
  }

  table(name: string, columns: readonly string[]): Uint8Array {
    this.#table = name;
    this.#rows[name] = 0;
    return this.#line({ table: name, columns });
  }

  row(values: readonly unknown[]): Uint8Array {
    this.#rows[this.#table] = (this.#rows[this.#table] ?? 0) + 1;
    return this.#line(values.map((value) => (value instanceof Uint8Array ? base64Of(value) : value)));
  }

  /** The last line; the encoder is then done. */
  end(): { readonly line: Uint8Array; readonly summary: BackupSummary } {
    const summary = { rows: this.#rows, sha256: this.#sum.digest("hex") };
    return { line: lineOf({ end: true, ...summary }), summary };
  }

  #line(value: unknown): Uint8Array {
    const line = lineOf(value);
    this.#sum.update(line);
    return line;
  }
}

function lineOf(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`, "utf8");
}

function base64Of(bytes: Uint8Array): z.output<typeof bytesSchema> {
  return { base64: Buffer.from(bytes).toString("base64") };
}

type State =
  | { readonly at: "start" }
  | { readonly at: "tables" }
  | { readonly at: "rows"; readonly table: string; readonly width: number }
  | { readonly at: "end"; readonly summary: BackupSummary };

/** Takes bytes in pieces of any size. Throws `backup_damaged` or `backup_too_new`. */
export class BackupDecoder {
  readonly #sum = createHash("sha256");
  readonly #rows = new Map<string, number>();
  #state: State = { at: "start" };
  /** The line that has begun, in the pieces it came in. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;

  /** To be run to its end before the next piece comes; what is wrong with a line is thrown after the lines before it. */
  *push(piece: Uint8Array): Generator<BackupRecord> {
    let rest = piece;
    for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END)) {
      const line = Buffer.concat([...this.#begun, rest.subarray(0, end + 1)]);
      this.#begun = [];
      this.#begunBytes = 0;
      rest = rest.subarray(end + 1);
      const record = this.#take(line);
      if (record) yield record;
    }
    if (rest.length === 0) return;
    this.#begunBytes += rest.length;
    if (MAX_LINE_BYTES < this.#begunBytes) throw damaged("a line is too long");
    // A copy: the piece may be a view of a buffer that is written again.
    this.#begun.push(rest.slice());
  }

  /** Says that nothing follows. */
  finish(): BackupSummary {
    if (this.#begunBytes > 0 || this.#state.at !== "end") throw damaged("the end is missing");
    return this.#state.summary;
  }

  #take(line: Uint8Array): BackupRecord | undefined {
    const value = parse(line);
    switch (this.#state.at) {
      case "start":
        this.#sum.update(line);
        return this.#takeHeader(value);
      case "tables":
      case "rows":
        if (isEnd(value)) return this.#takeEnd(value);
        this.#sum.update(line);
        return Array.isArray(value) ? this.#takeRow(value) : this.#takeTable(value);
      case "end":
        throw damaged("something follows the end");
    }
  }

  #takeHeader(value: unknown): BackupRecord {
    const { deskgateBackup: version } = checked(versionSchema, value, "it does not begin as a backup does");
    if (FORMAT_VERSION < version) throw new DeskgateError("backup_too_new");
    const { deskgateBackup: _, ...header } = checked(
      headerSchema,
      value,
      "its first line is none of a backup",
    );
    this.#state = { at: "tables" };
    return { kind: "header", header };
  }

  #takeTable(value: unknown): BackupRecord {
    const { table: name, columns } = checked(tableSchema, value, "a line is none of a backup");
    if (this.#rows.has(name)) throw damaged(`the table ${name} comes twice`);
    this.#rows.set(name, 0);
    this.#state = { at: "rows", table: name, width: columns.length };
    return { kind: "table", name, columns };
  }

  #takeRow(value: unknown): BackupRecord {
    if (this.#state.at !== "rows") throw damaged("a row comes before its table");
    const { table, width } = this.#state;
    const row = checked(rowSchema, value, `a row of ${table} is no row`);
    if (row.length !== width) throw damaged(`a row of ${table} has ${row.length} values, not ${width}`);
    this.#rows.set(table, (this.#rows.get(table) ?? 0) + 1);
    return { kind: "row", values: row.map((item) => (isBytes(item) ? bytesOf(item) : item)) };
  }

  #takeEnd(value: object): undefined {
    const { rows, sha256 } = checked(endSchema, value, "its end is no end");
    if (this.#sum.digest("hex") !== sha256) throw damaged("its check sum is another");
    const isSame = Object.keys(rows).length === this.#rows.size;
    for (const [table, count] of this.#rows)
      if (!isSame || rows[table] !== count) throw damaged(`the number of rows of ${table} is another`);
    this.#state = { at: "end", summary: { rows, sha256 } };
  }
}

function isEnd(value: unknown): value is object {
  return typeof value === "object" && value !== null && "end" in value;
}

function isBytes(item: BackupValue | z.output<typeof bytesSchema>): item is z.output<typeof bytesSchema> {
  return typeof item === "object" && item !== null && "base64" in item;
}

function bytesOf({ base64 }: z.output<typeof bytesSchema>): Uint8Array {
  return Buffer.from(base64, "base64");
}

function parse(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(line));
  } catch (cause) {
    throw damaged("a line is no JSON", cause);
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, reason: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw damaged(reason);
  return parsed.data;
}

/** `reason` is for the person at the command line. It quotes nothing of the file. */
export function damaged(reason: string, cause?: unknown): DeskgateError {
  return new DeskgateError("backup_damaged", { cause: new Error(reason, { cause }) });
}
