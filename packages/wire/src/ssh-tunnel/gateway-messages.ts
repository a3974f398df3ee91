/** What the gateway sends through the SSH tunnel (docs/protocols/ssh-tunnel.md §5). */
import { type FieldReader, FieldWriter } from "./fields.ts";
import { encodeFrame } from "./frame.ts";
import { type FileCredit, type FileData, type Parsed, parseWhole, SHARED_TYPE } from "./message.ts";
import { MAX_PROMPTS } from "./viewer-messages.ts";

/** Why a request about files came to nothing. A viewer has a sentence for each. */
export const FILE_FAILURES = [
  "failed",
  "not-found",
  "not-permitted",
  "exists",
  "refused-by-policy",
  "too-many",
  "unavailable",
  "cancelled",
  "no-space",
] as const;
export type FileFailure = (typeof FILE_FAILURES)[number];

export interface FileEntry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

export interface Prompt {
  readonly text: string;
  /** The answer is not to be shown while it is typed. */
  readonly isSecret: boolean;
}

/** What the admission allows; enforced by the gateway, told so that the viewer need not offer the rest. */
export interface TunnelPolicy {
  readonly clipboardToMachine: boolean;
  readonly clipboardFromMachine: boolean;
  readonly filesToMachine: boolean;
  readonly filesFromMachine: boolean;
}

export type GatewayMessage =
  /** The terminal is open; keys may be sent. */
  | ({ readonly type: "ready" } & TunnelPolicy)
  /** Bytes for the terminal, within the granted credit. */
  | { readonly type: "output"; readonly bytes: Uint8Array }
  /** So many more bytes of input may be sent. */
  | { readonly type: "input-credit"; readonly bytes: number }
  /** `isLogin`: asked by the gateway for want of a stored credential, the first prompt being the user's name where there are two. */
  | {
      readonly type: "question";
      readonly question: number;
      readonly isLogin: boolean;
      readonly title: string;
      readonly instructions: string;
      readonly prompts: readonly Prompt[];
    }
  /** What the machine says before anyone is signed in. */
  | { readonly type: "banner"; readonly text: string }
  /** The terminal's program names its window. */
  | { readonly type: "title"; readonly text: string }
  /** The terminal's program fills the clipboard. */
  | { readonly type: "clipboard"; readonly text: string }
  | { readonly type: "file-path"; readonly id: number; readonly path: string }
  | { readonly type: "file-entries"; readonly id: number; readonly entries: readonly FileEntry[] }
  /** A download begins. */
  | { readonly type: "file-size"; readonly id: number; readonly size: number }
  | { readonly type: "file-done"; readonly id: number }
  | {
      readonly type: "file-failed";
      readonly id: number;
      readonly failure: FileFailure;
      readonly detail: string;
    }
  | FileData
  | FileCredit;

const TYPE = {
  ready: 0x01,
  output: 0x02,
  inputCredit: 0x03,
  question: 0x04,
  banner: 0x05,
  title: 0x06,
  clipboard: 0x07,
  filePath: 0x10,
  fileEntries: 0x11,
  fileSize: 0x12,
  fileDone: 0x13,
  fileFailed: 0x14,
} as const;

const KINDS = ["file", "folder", "link", "other"] as const satisfies readonly FileEntry["kind"][];
/** LIMIT: entries in one message; a folder may take several. */
export const MAX_ENTRIES = 100;

export function encodeGatewayMessage(message: GatewayMessage, headRoom = 0): Uint8Array {
  const { type, fields } = spell(message);
  return encodeFrame(type, fields.pieces, headRoom);
}

function spell(message: GatewayMessage): { readonly type: number; readonly fields: FieldWriter } {
  const fields = new FieldWriter();
  switch (message.type) {
    case "ready":
      fields.flag(message.clipboardToMachine).flag(message.clipboardFromMachine);
      return { type: TYPE.ready, fields: fields.flag(message.filesToMachine).flag(message.filesFromMachine) };
    case "output":
      return { type: TYPE.output, fields: fields.bytes(message.bytes) };
    case "input-credit":
      return { type: TYPE.inputCredit, fields: fields.u32(message.bytes) };
    case "question":
      fields.u32(message.question).flag(message.isLogin).text(message.title).text(message.instructions);
      fields.u8(message.prompts.length);
      for (const { text, isSecret } of message.prompts) fields.text(text).flag(isSecret);
      return { type: TYPE.question, fields };
    case "banner":
      return { type: TYPE.banner, fields: fields.text(message.text) };
    case "title":
      return { type: TYPE.title, fields: fields.text(message.text) };
    case "clipboard":
      return { type: TYPE.clipboard, fields: fields.text(message.text) };
    case "file-path":
    case "file-entries":
    case "file-size":
    case "file-done":
    case "file-failed":
    case "file-data":
    case "file-credit":
      return spellFile(message, fields);
  }
}

type FileMessage = Extract<GatewayMessage, { readonly id: number }>;

function spellFile(message: FileMessage, fields: FieldWriter) {
  fields.u32(message.id);
  switch (message.type) {
    case "file-path":
      return { type: TYPE.filePath, fields: fields.text(message.path) };
    case "file-entries":
      fields.u8(message.entries.length);
      for (const { name, kind, size, modifiedAt } of message.entries)
        fields.text(name).u8(KINDS.indexOf(kind)).u64(size).u64(modifiedAt);
      return { type: TYPE.fileEntries, fields };
    case "file-size":
      return { type: TYPE.fileSize, fields: fields.u64(message.size) };
    case "file-done":
      return { type: TYPE.fileDone, fields };
    case "file-failed":
      return {
        type: TYPE.fileFailed,
        fields: fields.u8(FILE_FAILURES.indexOf(message.failure)).text(message.detail),
      };
    case "file-data":
      return { type: SHARED_TYPE.fileData, fields: fields.bytes(message.bytes) };
    case "file-credit":
      return { type: SHARED_TYPE.fileCredit, fields: fields.u32(message.bytes) };
  }
}

export function parseGatewayMessage(type: number, payload: Uint8Array): Parsed<GatewayMessage> {
  return parseWhole(payload, `gateway message ${type}`, (fields) => read(type, fields));
}

function read(type: number, fields: FieldReader): GatewayMessage | undefined {
  switch (type) {
    case TYPE.ready:
      return {
        type: "ready",
        clipboardToMachine: fields.flag(),
        clipboardFromMachine: fields.flag(),
        filesToMachine: fields.flag(),
        filesFromMachine: fields.flag(),
      };
    case TYPE.output:
      return { type: "output", bytes: fields.rest() };
    case TYPE.inputCredit:
      return { type: "input-credit", bytes: fields.u32() };
    case TYPE.question:
      return readQuestion(fields);
    case TYPE.banner:
      return { type: "banner", text: fields.text() };
    case TYPE.title:
      return { type: "title", text: fields.text() };
    case TYPE.clipboard:
      return { type: "clipboard", text: fields.text() };
    default:
      return readFile(type, fields);
  }
}

function readQuestion(fields: FieldReader): GatewayMessage {
  const head = {
    type: "question",
    question: fields.u32(),
    isLogin: fields.flag(),
    title: fields.text(),
    instructions: fields.text(),
  } as const;
  const count = fields.u8();
  if (MAX_PROMPTS < count) throw new RangeError(`${count} prompts`);
  const prompts = Array.from({ length: count }, () => ({ text: fields.text(), isSecret: fields.flag() }));
  return { ...head, prompts };
}

function readFile(type: number, fields: FieldReader): GatewayMessage | undefined {
  switch (type) {
    case TYPE.filePath:
      return { type: "file-path", id: fields.u32(), path: fields.text() };
    case TYPE.fileEntries:
      return { type: "file-entries", id: fields.u32(), entries: readEntries(fields) };
    case TYPE.fileSize:
      return { type: "file-size", id: fields.u32(), size: fields.u64() };
    case TYPE.fileDone:
      return { type: "file-done", id: fields.u32() };
    case TYPE.fileFailed:
      return { type: "file-failed", id: fields.u32(), failure: readFailure(fields), detail: fields.text() };
    case SHARED_TYPE.fileData:
      return { type: "file-data", id: fields.u32(), bytes: fields.rest() };
    case SHARED_TYPE.fileCredit:
      return { type: "file-credit", id: fields.u32(), bytes: fields.u32() };
    default:
      return undefined;
  }
}

function readEntries(fields: FieldReader): readonly FileEntry[] {
  const count = fields.u8();
  if (MAX_ENTRIES < count) throw new RangeError(`${count} entries`);
  return Array.from({ length: count }, () => {
    const name = fields.text();
    const kind = KINDS[fields.u8()];
    if (!kind) throw new RangeError("kind of entry");
    return { name, kind, size: fields.u64(), modifiedAt: fields.u64() };
  });
}

function readFailure(fields: FieldReader): FileFailure {
  const failure = FILE_FAILURES[fields.u8()];
  if (!failure) throw new RangeError("kind of failure");
  return failure;
}
