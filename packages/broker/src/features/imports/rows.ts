/** What a row of each kind may say, whether it came as CSV or JSON, and how wrong rows are named. */
import {
  displayNameSchema,
  hostSchema,
  type ImportKind,
  machineCredentialModeSchema,
  PROTOCOLS,
  passwordSchema,
  trustSchema,
  userNameSchema,
} from "@deskgate/contract";
import { z } from "zod";
import { inTurns } from "../../domain/in-turns.ts";
import { type CsvRecord, looksLikeFormula, unescapeCell } from "./csv.ts";

export interface RowError {
  readonly kind: ImportKind;
  readonly row: number;
  readonly column: string;
  readonly reason: string;
}

export interface Row<Fields> {
  readonly row: number;
  readonly fields: Fields;
}

const namesSchema = z.array(z.string().trim().min(1)).max(10_000);
const DEFAULT_PORTS = { vnc: 5900, rdp: 3389, ssh: 22, spice: 5900 } as const;

/** `vnc`, or `vnc:5901`. */
const endpointSchema = z.string().transform((text, context) => {
  const [name = "", port] = text.trim().toLowerCase().split(":");
  const protocol = PROTOCOLS.find((known) => known === name);
  const number = port === undefined ? protocol && DEFAULT_PORTS[protocol] : Number(port);
  if (protocol && number !== undefined && Number.isInteger(number) && 0 < number && number < 65_536)
    return { protocol, port: number };
  context.addIssue(`"${text}" is no protocol with a port, like vnc:5900.`);
  return z.NEVER;
});

const descriptionSchema = z.string().trim().max(500, "Use at most 500 characters.");

/** INVARIANT: absent fields stay as they are, so that a file need not name what it does not mean to change. */
export const ROW_SCHEMAS = {
  groups: z.strictObject({
    name: displayNameSchema,
    /** Users' names. */
    members: namesSchema.optional(),
    /** Names of groups directly inside. */
    memberGroups: namesSchema.optional(),
  }),
  users: z.strictObject({
    name: userNameSchema,
    displayName: displayNameSchema.optional(),
    /** A built-in role's name, or the name of one that the site made. */
    role: z.string().trim().min(1).max(100).optional(),
    password: passwordSchema.optional(),
    isDisabled: z.boolean().optional(),
    /** Groups' names. */
    groups: namesSchema.optional(),
  }),
  machines: z.strictObject({
    name: displayNameSchema,
    description: descriptionSchema.optional(),
    host: hostSchema.optional(),
    isDeclaredLocal: z.boolean().optional(),
    protocols: z.array(endpointSchema).min(1, "Name at least one protocol.").max(8).optional(),
    trust: trustSchema.optional(),
    /** For every protocol of the row. */
    credentialMode: machineCredentialModeSchema.optional(),
    username: z.string().trim().max(255).optional(),
    domain: z.string().trim().max(255).optional(),
    password: z.string().min(1).max(255).optional(),
  }),
  pools: z.strictObject({
    name: displayNameSchema,
    kind: z.enum(["dedicated", "floating"]).optional(),
    /** Machines' names. */
    machines: namesSchema.optional(),
  }),
  entitlements: z
    .strictObject({
      pool: z.string().trim().min(1),
      user: z.string().trim().toLowerCase().min(1).optional(),
      group: z.string().trim().min(1).optional(),
    })
    .refine((fields) => (fields.user === undefined) !== (fields.group === undefined), {
      error: "Name either a user or a group.",
      path: ["user"],
    }),
} as const satisfies Record<ImportKind, z.ZodType>;

export type RowOf<Kind extends ImportKind> = z.output<(typeof ROW_SCHEMAS)[Kind]>;
export type Rows = { readonly [Kind in ImportKind]?: readonly Row<RowOf<Kind>>[] };

/** Cells that hold several names, with semicolons between. */
const LISTS: ReadonlySet<string> = new Set(["members", "memberGroups", "groups", "machines", "protocols"]);
const CLAIMS: ReadonlySet<string> = new Set(["isDisabled", "isDeclaredLocal"]);
/** What people read, and spreadsheets would run. */
const NAME_LIKE = ["name", "displayName", "description"] as const;
const YES = new Set(["true", "yes", "1"]);
const NO = new Set(["false", "no", "0"]);

export type Report = (error: RowError) => void;

/** Reports the columns of a CSV file that mean nothing. */
export function checkColumns(kind: ImportKind, columns: readonly string[], report: Report): void {
  const known = columnsOf(kind);
  for (const column of columns.filter((name) => !known.includes(name)))
    report({ kind, row: 1, column, reason: noSuchColumn(column, known) });
  for (const column of columns.filter((name, index) => columns.indexOf(name) !== index))
    report({ kind, row: 1, column, reason: "This column is there twice." });
}

function noSuchColumn(column: string, known: readonly string[]): string {
  // What some spreadsheets write where the comma is for decimals.
  if (column.includes(";"))
    return "Put commas between the cells; semicolons are for several names in one cell.";
  return `There is no such column. Known are: ${known.join(", ")}.`;
}

/** What a record of CSV says, the way a JSON row would; of columns that mean nothing, nothing. */
export function fieldsOfRecord(kind: ImportKind, record: CsvRecord): unknown {
  const known = columnsOf(kind);
  return Object.fromEntries(
    Object.entries(record).flatMap(([column, cell]) =>
      cell.trim() === "" || !known.includes(column) ? [] : [[column, cellValue(column, cell)]],
    ),
  );
}

/** Good rows; each problem of the others is reported. */
export async function checkRows<Kind extends ImportKind, Raw>(
  kind: Kind,
  raw: readonly Row<Raw>[],
  { fieldsOf, report }: { readonly fieldsOf: (raw: Raw) => unknown; readonly report: Report },
): Promise<readonly Row<RowOf<Kind>>[]> {
  const good: Row<RowOf<Kind>>[] = [];
  for await (const part of inTurns(raw))
    for (const { row, fields } of part) {
      const checked = checkRow(kind, fieldsOf(fields), (column, reason) =>
        report({ kind, row, column, reason }),
      );
      if (checked) good.push({ row, fields: checked });
    }
  return good;
}

function checkRow<Kind extends ImportKind>(
  kind: Kind,
  value: unknown,
  report: (column: string, reason: string) => void,
): RowOf<Kind> | undefined {
  const schema: z.ZodType = ROW_SCHEMAS[kind];
  const formulas = columnsWhere(value, NAME_LIKE, looksLikeFormula);
  for (const column of formulas)
    report(column, "It begins like a formula. Put an apostrophe in front to mean it.");
  const unreadable = columnsWhere(value, columnsOf(kind), (cell) => cell.includes("\uFFFD"));
  for (const column of unreadable)
    report(column, "A letter could not be read. Save the file as CSV in UTF-8.");
  const parsed = schema.safeParse(unescaped(value));
  if (!parsed.success) for (const issue of parsed.error.issues) reportIssue(issue, { value, report });
  return parsed.success && formulas.length + unreadable.length === 0
    ? (parsed.data as RowOf<Kind>) // the kind's own schema
    : undefined;
}

export function columnsOf(kind: ImportKind): readonly string[] {
  return Object.keys(ROW_SCHEMAS[kind].shape);
}

interface Reported {
  readonly value: unknown;
  readonly report: (column: string, reason: string) => void;
}

function reportIssue(issue: z.core.$ZodIssue, { value, report }: Reported): void {
  if (issue.code === "unrecognized_keys")
    for (const column of issue.keys) report(column, "There is no such column.");
  else {
    const column = String(issue.path[0] ?? "");
    const isEmpty = typeof value === "object" && value !== null && !(column in value);
    report(column, issue.code === "invalid_type" && isEmpty ? "This must not be empty." : issue.message);
  }
}

function cellValue(column: string, cell: string): unknown {
  const text = cell.trim().toLowerCase();
  if (CLAIMS.has(column)) return YES.has(text) ? true : NO.has(text) ? false : cell;
  if (!LISTS.has(column)) return cell;
  return cell
    .split(";")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** Those of `columns` whose cell, or one of the names in it, is `like` this. */
function columnsWhere(
  value: unknown,
  columns: readonly string[],
  like: (text: string) => boolean,
): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return columns.filter((column) => {
    const cell = column in value ? (value as Readonly<Record<string, unknown>>)[column] : undefined; // asked just before
    return [cell].flat().some((text) => typeof text === "string" && like(text));
  });
}

/** References too: they name things by names that were written with an apostrophe. */
function unescaped(value: unknown): unknown {
  if (typeof value === "string") return unescapeCell(value);
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== "object" || value === null) return value;
  const unescapeField = ([name, cell]: [string, unknown]) => [
    name,
    name === "password" ? cell : unescaped(cell),
  ];
  return Object.fromEntries(Object.entries(value).map(unescapeField));
}
