/** `deskgate audit …` */
import { createReadStream } from "node:fs";
import { hostname } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { type AuditRecord, type ChainPoint, type ChainVerdict, ChainVerifier } from "@deskgate/broker";
import { syslogMessage } from "../../../syslog/format.ts";
import { EXIT } from "../../exit-codes.ts";
import { UsageError } from "../../usage-error.ts";
import { given } from "../find.ts";
import { type Noun, type OptionValues, table, type VerbOption } from "../verb.ts";
import { exportedRecordSchema } from "./exported-record.ts";

const SPAN: readonly VerbOption[] = [
  { flags: "--from <time>", summary: "the earliest, such as 2026-01-31 or 2026-01-31T09:30:00Z" },
  { flags: "--to <time>", summary: "up to, and without" },
];

const USUAL_LIMIT = "50";

export const auditNoun: Noun = {
  name: "audit",
  summary: "what was done or refused, by whom, from where",
  verbs: [
    {
      name: "list",
      summary: "list the newest records",
      options: [
        ...SPAN,
        { flags: "--actor <name>", summary: "a user's name or id" },
        { flags: "--action <action>", summary: "such as user.created, or user. for all of it" },
        { flags: "--subject <subject>", summary: "a kind, an id, or kind:id" },
        { flags: "--text <text>", summary: "anywhere in the record" },
        { flags: "--limit <number>", summary: `how many at most (${USUAL_LIMIT})` },
      ],
      run: async ({ api, options }) => {
        const { from, to } = spanOf(options);
        const words = ["actor", "action", "subject"].map((name) => [name, options.text(name)] as const);
        const span = { from: from && new Date(from).toISOString(), to: to && new Date(to).toISOString() };
        const query = given({ ...Object.fromEntries(words), q: options.text("text"), ...span });
        const limit = options.text("limit") ?? USUAL_LIMIT;
        const { items } = await api("listAudit", { query: { ...query, limit } });
        return table(items, [
          { title: "sequence", value: ({ sequence }) => String(sequence) },
          { title: "at", value: ({ at }) => at },
          { title: "actor", value: ({ actorName }) => actorName },
          { title: "address", value: ({ address }) => address },
          { title: "action", value: ({ action }) => action },
          { title: "subject", value: ({ subjectKind, subjectId }) => `${subjectKind}:${subjectId}` },
          { title: "outcome", value: ({ outcome }) => outcome },
        ]);
      },
    },
    {
      name: "verify",
      summary: "check that no record was changed, removed or moved; exit status 3 where one was",
      options: [
        {
          flags: "--head <sequence:hash>",
          summary: "a head that an earlier run printed; may be repeated",
          isRepeated: true,
        },
        { flags: "--file <file>", summary: "an export in JSON Lines, instead of the database" },
      ],
      run: async ({ broker, options }) => {
        const points = (options.texts("head") ?? []).map(pointOf);
        const file = options.text("file");
        const verdict =
          file === undefined ? await broker.audit.verify(points) : await verifyExport(file, points);
        const exitCode = verdict.isWhole ? EXIT.done : EXIT.chainBroken;
        return { kind: "done", said: sentenceOf(verdict), item: verdict, exitCode };
      },
    },
    {
      name: "export",
      summary: "write records to standard output, oldest first",
      options: [
        { flags: "--format <format>", summary: "jsonl (the usual) or syslog", choices: ["jsonl", "syslog"] },
        ...SPAN,
      ],
      run: async ({ broker, options, write }) => {
        const origin = { host: hostname(), processId: process.pid };
        const isSyslog = options.text("format") === "syslog";
        for await (const record of broker.audit.readAll(spanOf(options)))
          await write(`${isSyslog ? syslogMessage(record, origin) : JSON.stringify(record)}\n`);
        return { kind: "written" };
      },
    },
  ],
};

function sentenceOf(verdict: ChainVerdict): string {
  if (!verdict.isWhole) return `BROKEN at record ${verdict.sequence} (${verdict.fault}): ${verdict.why}`;
  const { count, first, head } = verdict;
  if (count === 0) return "Whole: there is no record yet";
  return `Whole: ${count} records, ${first} to ${head.sequence}\nHead to remember: ${head.sequence}:${head.hash}`;
}

function pointOf(text: string): ChainPoint {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined)
    throw new UsageError(
      `--head ${text}: write it as it was printed, a number, a colon and 64 hexadecimal digits`,
    );
  return { sequence: Number(sequence), hash };
}

function spanOf(options: OptionValues): {
  readonly from: number | undefined;
  readonly to: number | undefined;
} {
  return { from: momentOf("from", options), to: momentOf("to", options) };
}

function momentOf(name: string, options: OptionValues): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`--${name} ${text}: write a time as 2026-01-31T09:30:00Z`);
  return at;
}

async function verifyExport(file: string, points: readonly ChainPoint[]): Promise<ChainVerdict> {
  const verifier = new ChainVerifier(points);
  for await (const record of readExport(file)) if (!verifier.take(record)) break;
  return verifier.finish();
}

async function* readExport(file: string): AsyncGenerator<AuditRecord> {
  const lines = createInterface({
    input: createReadStream(file, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === "") continue;
    yield readLine(line, `${file}, line ${number}`);
  }
}

function readLine(line: string, place: string): AuditRecord {
  try {
    return exportedRecordSchema.parse(JSON.parse(line));
  } catch {
    throw new UsageError(`${place}: this is no record of an export`);
  }
}
