/** What the viewer sends through the SSH tunnel (docs/protocols/ssh-tunnel.md §4). */
import { type FieldReader, FieldWriter } from "./fields.ts";
import { encodeFrame } from "./frame.ts";
import { type FileCredit, type FileData, type Parsed, parseWhole, SHARED_TYPE } from "./message.ts";

export type FileRequest =
  /** The absolute spelling of a path; `.` is where the person's files are. */
  | { readonly op: "resolve"; readonly path: string }
  | { readonly op: "list"; readonly path: string }
  | { readonly op: "make-folder"; readonly path: string }
  | { readonly op: "remove-file"; readonly path: string }
  /** Only an empty one. */
  | { readonly op: "remove-folder"; readonly path: string }
  | { readonly op: "rename"; readonly path: string; readonly to: string }
  | { readonly op: "download"; readonly path: string }
  | { readonly op: "upload"; readonly path: string; readonly size: number; readonly mayReplace: boolean };

export type ViewerMessage =
  /** What the person typed or pasted, within the granted credit. */
  | { readonly type: "input"; readonly bytes: Uint8Array }
  | { readonly type: "resize"; readonly columns: number; readonly rows: number }
  /** So many bytes of output have been shown. */
  | { readonly type: "output-credit"; readonly bytes: number }
  /** Answers to the question of that number, in its order; none at all means that the person gave up. */
  | { readonly type: "answers"; readonly question: number; readonly answers: readonly string[] }
  | { readonly type: "file-request"; readonly id: number; readonly request: FileRequest }
  /** All bytes of an upload were sent. */
  | { readonly type: "file-end"; readonly id: number }
  | { readonly type: "file-cancel"; readonly id: number }
  | FileData
  | FileCredit;

const TYPE = {
  input: 0x01,
  resize: 0x02,
  outputCredit: 0x03,
  answers: 0x04,
  fileRequest: 0x10,
  fileEnd: 0x11,
  fileCancel: 0x12,
} as const;

const OP = {
  resolve: 1,
  list: 2,
  "make-folder": 3,
  "remove-file": 4,
  "remove-folder": 5,
  rename: 6,
  download: 7,
  upload: 8,
} as const satisfies Record<FileRequest["op"], number>;

/** LIMIT: questions asked at once. */
export const MAX_PROMPTS = 16;

export function encodeViewerMessage(message: ViewerMessage, headRoom = 0): Uint8Array {
  const { type, fields } = spell(message);
  return encodeFrame(type, fields.pieces, headRoom);
}

function spell(message: ViewerMessage): { readonly type: number; readonly fields: FieldWriter } {
  const fields = new FieldWriter();
  switch (message.type) {
    case "input":
      return { type: TYPE.input, fields: fields.bytes(message.bytes) };
    case "resize":
      return { type: TYPE.resize, fields: fields.u16(message.columns).u16(message.rows) };
    case "output-credit":
      return { type: TYPE.outputCredit, fields: fields.u32(message.bytes) };
    case "answers":
      fields.u32(message.question).u8(message.answers.length);
      for (const answer of message.answers) fields.text(answer);
      return { type: TYPE.answers, fields };
    case "file-request":
      return { type: TYPE.fileRequest, fields: putRequest(fields.u32(message.id), message.request) };
    case "file-end":
      return { type: TYPE.fileEnd, fields: fields.u32(message.id) };
    case "file-cancel":
      return { type: TYPE.fileCancel, fields: fields.u32(message.id) };
    case "file-data":
      return { type: SHARED_TYPE.fileData, fields: fields.u32(message.id).bytes(message.bytes) };
    case "file-credit":
      return { type: SHARED_TYPE.fileCredit, fields: fields.u32(message.id).u32(message.bytes) };
  }
}

function putRequest(fields: FieldWriter, request: FileRequest): FieldWriter {
  fields.u8(OP[request.op]).text(request.path);
  if (request.op === "rename") return fields.text(request.to);
  if (request.op === "upload") return fields.u64(request.size).flag(request.mayReplace);
  return fields;
}

export function parseViewerMessage(type: number, payload: Uint8Array): Parsed<ViewerMessage> {
  return parseWhole(payload, `viewer message ${type}`, (fields) => read(type, fields));
}

function read(type: number, fields: FieldReader): ViewerMessage | undefined {
  switch (type) {
    case TYPE.input:
      return { type: "input", bytes: fields.rest() };
    case TYPE.resize:
      return { type: "resize", columns: fields.u16(), rows: fields.u16() };
    case TYPE.outputCredit:
      return { type: "output-credit", bytes: fields.u32() };
    case TYPE.answers:
      return readAnswers(fields);
    case TYPE.fileRequest:
      return readRequest(fields);
    case TYPE.fileEnd:
      return { type: "file-end", id: fields.u32() };
    case TYPE.fileCancel:
      return { type: "file-cancel", id: fields.u32() };
    case SHARED_TYPE.fileData:
      return { type: "file-data", id: fields.u32(), bytes: fields.rest() };
    case SHARED_TYPE.fileCredit:
      return { type: "file-credit", id: fields.u32(), bytes: fields.u32() };
    default:
      return undefined;
  }
}

function readAnswers(fields: FieldReader): ViewerMessage {
  const question = fields.u32();
  const count = fields.u8();
  if (MAX_PROMPTS < count) throw new RangeError(`${count} answers`);
  return { type: "answers", question, answers: Array.from({ length: count }, () => fields.text()) };
}

function readRequest(fields: FieldReader): ViewerMessage | undefined {
  const id = fields.u32();
  const request = requestOf(fields.u8(), fields);
  return request && { type: "file-request", id, request };
}

function requestOf(op: number, fields: FieldReader): FileRequest | undefined {
  const path = fields.text();
  switch (op) {
    case OP.resolve:
      return { op: "resolve", path };
    case OP.list:
      return { op: "list", path };
    case OP["make-folder"]:
      return { op: "make-folder", path };
    case OP["remove-file"]:
      return { op: "remove-file", path };
    case OP["remove-folder"]:
      return { op: "remove-folder", path };
    case OP.rename:
      return { op: "rename", path, to: fields.text() };
    case OP.download:
      return { op: "download", path };
    case OP.upload:
      return { op: "upload", path, size: fields.u64(), mayReplace: fields.flag() };
    default:
      return undefined;
  }
}
