/** Imports: all of the rows or none of them; and exports. */
import type { Readable } from "node:stream";
import {
  DeskgateError,
  IMPORT_KINDS,
  type ImportKind,
  type ImportReply,
  type Log,
  MAX_IMPORT_ERRORS,
  MAX_IMPORT_ROWS,
  Secret,
  siteImportSchema,
} from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import { machineSecretPlace, type Sealing } from "../../domain/sealing.ts";
import type { AuditService } from "../audit/service.ts";
import type { ProtocolRow } from "../machines/ports.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { PasswordHasher } from "../sign-in/ports.ts";
import { CsvProblem, csvLine, readCsv } from "./csv.ts";
import { importDeeds } from "./deeds.ts";
import { type Plan, planImport, wantedNames } from "./plan.ts";
import type { ExportStore, ImportChanges, ImportStore, KnownSite } from "./ports.ts";
import {
  checkColumns,
  checkRows,
  columnsOf,
  fieldsOfRecord,
  type Report,
  type RowError,
  type RowOf,
  type Rows,
} from "./rows.ts";

interface ImportsDeps {
  readonly store: ImportStore & ExportStore;
  readonly hasher: PasswordHasher;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface ImportRequest {
  readonly kind: ImportKind | "site";
  readonly isDryRun: boolean;
  /** CSV as it comes, or what JSON said. */
  readonly body: Readable | { readonly json: unknown };
}

// LIMIT: passwords hashed at once; each takes a core and memory for itself.
const HASHES_AT_ONCE = 2;

export class ImportsService {
  readonly #deps: ImportsDeps;

  constructor(deps: ImportsDeps) {
    this.#deps = deps;
  }

  async run(request: ImportRequest, caller: Pick<Caller, "permissions">, actor: Actor): Promise<ImportReply> {
    const { isDryRun: dryRun } = request;
    const { report, errors } = reporter();
    const rows = await readRows(request, report);
    // Of a file that ends in the middle every reference to what it lacks would be a problem, too.
    if (!rows) return { dryRun, isDone: false, counts: {}, errors };
    refuseWithoutRight(rows, caller);
    const isReal = !dryRun && errors.length === 0;
    const { plan, found, mayWrite } = isReal
      ? await this.#write(rows, caller, actor)
      : await this.#plan(rows, caller, { mayWrite: false, passwordHashes: new Map() });
    for (const error of found) report(error);
    if (mayWrite) await this.#finish(plan, actor);
    return { dryRun, isDone: mayWrite, counts: plan.counts, errors };
  }

  /** What is written and its records, both or neither. */
  async #write(rows: Rows, caller: Pick<Caller, "permissions">, actor: Actor): Promise<Outcome> {
    const passwordHashes = await this.#hashPasswords(rows);
    const importId = this.#deps.random.uuid();
    return this.#deps.audit.changeMuch(
      actor,
      () => this.#plan(rows, caller, { mayWrite: true, passwordHashes }),
      ({ plan, known, mayWrite }) => (mayWrite ? importDeeds({ importId, plan, known }) : []),
    );
  }

  /** Writes what it plans where it may and nothing speaks against it. */
  #plan(
    rows: Rows,
    { permissions }: Pick<Caller, "permissions">,
    { mayWrite, passwordHashes }: PlanningTerms,
  ): Promise<Outcome> {
    const { store, random, clock } = this.#deps;
    const plan = async (known: KnownSite) => {
      // A transaction may run again; what the first run reported is reported again.
      const { report, errors: found } = reporter();
      const planned = await planImport(rows, {
        ...{ known, passwordHashes, permissions, report, newId: () => random.uuid() },
        sealProtocols: (machineId, fields) => this.#protocolRows(machineId, fields),
      });
      const isWritten = mayWrite && found.length === 0;
      const result = { plan: planned, known, found, mayWrite: isWritten };
      return { result, changes: isWritten ? planned.changes : undefined };
    };
    return store.run(wantedNames(rows), plan, clock.now());
  }

  /** CSV, a piece at a time, the way {@link run} takes it. */
  async *exportCsv(kind: ImportKind): AsyncIterable<string> {
    const columns = columnsOf(kind).filter((column) => column !== "password");
    yield csvLine(columns);
    for await (const rows of this.#deps.store.exportRows(kind))
      yield rows.map((row) => csvLine(columns.map((column) => row[column] ?? ""))).join("");
  }

  async #hashPasswords({ users = [] }: Rows): Promise<ReadonlyMap<string, string>> {
    const hashes = new Map<string, string>();
    const waiting = users.flatMap(({ fields: { name, password } }) =>
      password === undefined ? [] : [{ name, password }],
    );
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        hashes.set(next.name, await this.#deps.hasher.hash(new Secret(next.password)));
    };
    await Promise.all(Array.from({ length: HASHES_AT_ONCE }, work));
    return hashes;
  }

  #protocolRows(machineId: string, fields: RowOf<"machines">): readonly ProtocolRow[] {
    const { protocols = [], credentialMode, username, domain, password } = fields;
    return protocols.map(({ protocol, port }) => ({
      ...{ protocol, port, username, domain },
      credentialMode: credentialMode ?? (password === undefined ? undefined : "stored"),
      sealedPassword:
        password === undefined
          ? undefined
          : this.#deps.sealing.seal(
              new Secret(password),
              machineSecretPlace("password", { machineId, protocol }),
            ),
      ...{ sealedPrivateKey: undefined, sealedPassphrase: undefined },
    }));
  }

  /** Whoever lost something by it loses what is open, too. */
  async #finish({ counts, changes }: Plan, actor: Actor): Promise<void> {
    const { ending, log } = this.#deps;
    log.info(
      { ...(actor.userId ? { userId: actor.userId } : {}), detail: JSON.stringify(counts) },
      "Imported",
    );
    await ending.endWithoutRight();
    for (const userId of signedOutBy(changes)) await ending.endSignInsOf(userId);
  }
}

interface Outcome {
  readonly plan: Plan;
  readonly known: KnownSite;
  readonly found: readonly RowError[];
  readonly mayWrite: boolean;
}

interface PlanningTerms {
  readonly mayWrite: boolean;
  readonly passwordHashes: ReadonlyMap<string, string>;
}

/** Takes the first so many. */
function reporter(): { readonly report: Report; readonly errors: RowError[] } {
  const errors: RowError[] = [];
  return { errors, report: (error) => void (errors.length < MAX_IMPORT_ERRORS && errors.push(error)) };
}

/** Disabled, or with another password. */
function signedOutBy({ userChanges }: ImportChanges): readonly string[] {
  return userChanges.flatMap(({ id, isDisabled, passwordHash }) => (isDisabled || passwordHash ? [id] : []));
}

/** Undefined where a file is no CSV, which was reported. */
async function readRows(request: ImportRequest, report: Report): Promise<Rows | undefined> {
  const rows: Record<string, unknown> = {};
  let isReadable = true;
  for (const [kind, source] of sourcesOf(request)) {
    try {
      rows[kind] = await readKind(kind, source, report);
    } catch (cause) {
      if (!(cause instanceof CsvProblem)) throw cause;
      report({ kind, row: cause.row, column: "", reason: cause.message });
      isReadable = false;
    }
  }
  return isReadable ? (rows as Rows) : undefined; // each kind read by its own schema
}

function sourcesOf({ kind, body }: ImportRequest): readonly (readonly [ImportKind, unknown])[] {
  if (kind !== "site") return [[kind, "json" in body ? body.json : body]];
  const parsed = siteImportSchema.safeParse("json" in body ? body.json : undefined);
  if (!parsed.success) throw new DeskgateError("request_malformed", { fields: { body: SITE_SHAPE } });
  return IMPORT_KINDS.flatMap((one) => (parsed.data[one] === undefined ? [] : [[one, parsed.data[one]]]));
}

const SITE_SHAPE = `Send JSON with a key per kind (${IMPORT_KINDS.join(", ")}), each CSV as text or a list of rows.`;

async function readKind(kind: ImportKind, source: unknown, report: Report) {
  if (typeof source === "string" || isStream(source)) {
    const { columns, records } = await readCsv(source);
    checkColumns(kind, columns, report);
    return checkRows(kind, records, { fieldsOf: (record) => fieldsOfRecord(kind, record), report });
  }
  if (!Array.isArray(source))
    throw new DeskgateError("request_malformed", { fields: { body: "Send a list of rows." } });
  if (MAX_IMPORT_ROWS < source.length) throw new DeskgateError("payload_too_large");
  const rows = source.map((fields: unknown, index) => ({ row: index + 1, fields }));
  return checkRows(kind, rows, { fieldsOf: (fields) => fields, report });
}

function isStream(source: unknown): source is Readable {
  return typeof source === "object" && source !== null && Symbol.asyncIterator in source;
}

/** An import makes nothing that its caller could not make one by one. */
function refuseWithoutRight(rows: Rows, { permissions }: Pick<Caller, "permissions">): void {
  for (const kind of IMPORT_KINDS)
    if (rows[kind] && !permissions.includes(`${kind}.write`)) throw new DeskgateError("not_permitted");
  const movesPeople = rows.users?.some(({ fields }) => fields.groups !== undefined) ?? false;
  if (movesPeople && !permissions.includes("groups.write")) throw new DeskgateError("not_permitted");
}
