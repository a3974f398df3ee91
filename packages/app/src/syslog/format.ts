/**
 * A record of the audit as a syslog message (RFC 5424), everything in structured data. Pure.
 *
 * The enterprise number is the one that RFC 5612 sets aside for documentation; the project has none of its own.
 */
import type { AuditRecord } from "@deskgate/broker";

export interface SyslogOrigin {
  readonly host: string;
  readonly processId: number;
}

const STRUCTURED_DATA_ID = "audit@32473";
const LOG_AUDIT = 13; // RFC 5424 §6.2.1
const SEVERITY = { warning: 4, notice: 5 } as const;
// LIMIT: bytes of a message (collectors cut at 8 KiB unless told otherwise); longer ones go without their detail.
export const MAX_MESSAGE_BYTES = 8_192;
// LIMIT: RFC 5424 §6.2.4 and §6.2.7.
const MAX_HOST_CHARACTERS = 255;
const MAX_MESSAGE_ID_CHARACTERS = 32;

/** Without framing and without a line feed at its end; holds no control character. */
export function syslogMessage(record: AuditRecord, origin: SyslogOrigin): string {
  const whole = spelled(record, origin);
  if (Buffer.byteLength(whole) <= MAX_MESSAGE_BYTES) return whole;
  return spelled({ ...record, detail: '{"omitted":true}' }, origin);
}

function spelled(record: AuditRecord, { host, processId }: SyslogOrigin): string {
  const severity = record.outcome === "ok" ? SEVERITY.notice : SEVERITY.warning;
  const head = [
    `<${LOG_AUDIT * 8 + severity}>1`,
    new Date(record.at).toISOString(),
    printable(host, MAX_HOST_CHARACTERS),
    "deskgate",
    String(processId),
    printable(record.action, MAX_MESSAGE_ID_CHARACTERS),
  ];
  const { actorName, subjectKind, action, outcome } = record;
  const words = `${actorName || "somebody"}: ${action} ${subjectKind}: ${outcome}`;
  return `${head.join(" ")} [${STRUCTURED_DATA_ID} ${parameters(record)}] ${withoutControls(words)}`;
}

function parameters(record: AuditRecord): string {
  const values: Readonly<Record<string, string>> = {
    ...{ sequence: String(record.sequence), id: record.id, action: record.action, outcome: record.outcome },
    ...{ actor: record.actorName, actorId: record.actorUserId ?? "", address: record.address },
    ...{ subjectKind: record.subjectKind, subjectId: record.subjectId, detail: record.detail },
    ...{ previousHash: record.previousHash, hash: record.hash },
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(" ");
}

/** RFC 5424 §6.3.3. */
function escaped(value: string): string {
  return withoutControls(value).replaceAll(/["\\\]]/g, "\\$&");
}

/** A line feed would end the message for collectors that read line by line. */
function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, "\uFFFD");
}

/** PRINTUSASCII, `-` where nothing is left. */
function printable(text: string, maxCharacters: number): string {
  return text.replaceAll(/[^!-~]/g, "").slice(0, maxCharacters) || "-";
}
