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
import { csvLine, readCsv } from "./csv.ts";
import { type Plan, planImport, wantedNames } from "./plan.ts";
import type { ExportStore, ImportChanges, ImportStore } from "./ports.ts";
import { checkRows, columnsOf, type RowError, type RowOf, type Rows, rowsOfCsv } from "./rows.ts";

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
    const errors: RowError[] = [];
    const report = (error: RowError) => void (errors.length < MAX_IMPORT_ERRORS && errors.push(error));
    const rows = await readRows(request, report);
    refuseWithoutRight(rows, caller);
    const isReal = !request.isDryRun && errors.length === 0;
    const passwordHashes = isReal ? await this.#hashPasswords(rows) : new Map<string, string>();
    const outcome = await this.#deps.store.run(
      wantedNames(rows),
      (known) => {
        // A transaction may run again; what the first run reported is reported again.
        const found: RowError[] = [];
        const plan = planImport(rows, {
          ...{
            known,
            passwordHashes,
            permissions: caller.permissions,
            newId: () => this.#deps.random.uuid(),
          },
          report: (error) => void (found.length < MAX_IMPORT_ERRORS && found.push(error)),
          sealProtocols: (machineId, fields) => this.#protocolRows(machineId, fields),
        });
        const mayWrite = isReal && found.length === 0;
        return { result: { plan, found, mayWrite }, changes: mayWrite ? plan.changes : undefined };
      },
      this.#deps.clock.now(),
    );
    for (const error of outcome.found) report(error);
    if (outcome.mayWrite) await this.#finish(outcome.plan, actor);
    const counts = outcome.plan.counts;
    return { dryRun: request.isDryRun, isDone: outcome.mayWrite, counts, errors };
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
    const { ending, audit, log } = this.#deps;
    await audit.record(actor, {
      ...{ action: "import.run", detail: { counts } },
      subject: { kind: "site", id: "import" },
    });
    log.info(
      { ...(actor.userId ? { userId: actor.userId } : {}), detail: JSON.stringify(counts) },
      "Imported",
    );
    await ending.endWithoutRight();
    for (const userId of signedOutBy(changes)) await ending.endSignInsOf(userId);
  }
}

/** Disabled, or with another password. */
function signedOutBy({ userChanges }: ImportChanges): readonly string[] {
  return userChanges.flatMap(({ id, isDisabled, passwordHash }) => (isDisabled || passwordHash ? [id] : []));
}

async function readRows({ kind, body }: ImportRequest, report: (error: RowError) => void): Promise<Rows> {
  if ("json" in body) {
    if (kind !== "site") return { [kind]: await readKind(kind, body.json, report) };
    const parsed = siteImportSchema.safeParse(body.json);
    if (!parsed.success) throw new DeskgateError("request_malformed", { fields: { body: SITE_SHAPE } });
    const rows: Record<string, unknown> = {};
    for (const one of IMPORT_KINDS)
      if (parsed.data[one] !== undefined) rows[one] = await readKind(one, parsed.data[one], report);
    return rows as Rows; // each kind read by its own schema
  }
  if (kind === "site") throw new DeskgateError("request_malformed", { fields: { body: SITE_SHAPE } });
  return { [kind]: await readKind(kind, body, report) };
}

const SITE_SHAPE = `Send JSON with a key per kind (${IMPORT_KINDS.join(", ")}), each CSV as text or a list of rows.`;

async function readKind(kind: ImportKind, source: unknown, report: (error: RowError) => void) {
  const isCsv = typeof source === "string" || isStream(source);
  if (!isCsv && !Array.isArray(source))
    throw new DeskgateError("request_malformed", { fields: { body: "Send a list of rows." } });
  if (Array.isArray(source) && MAX_IMPORT_ROWS < source.length) throw new DeskgateError("payload_too_large");
  const values = isCsv ? rowsOfCsv(kind, await readCsv(source), report) : source;
  return checkRows(kind, values, { first: isCsv ? 2 : 1, report });
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
