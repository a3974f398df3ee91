/** Files that were dropped on the import, and what they are taken for. */
import { IMPORT_KINDS, type ImportKind, type ImportReply } from "@deskgate/contract";
import type { ImportFiles } from "../../api/imports.ts";

export interface DroppedFile {
  readonly name: string;
  readonly text: string;
  /** Undefined where the name does not tell. */
  readonly kind: ImportKind | undefined;
}

/** `users.csv`, `2026-users-final.csv`: the kind whose word stands in the name. */
export function kindOfName(name: string): ImportKind | undefined {
  const lower = name.toLowerCase();
  return IMPORT_KINDS.find((kind) => lower.includes(kind) || lower.includes(kind.slice(0, -1)));
}

/** Rows beside the header; quoted line breaks make it a guess, which is all that is shown of it. */
export function countRows(text: string): number {
  return Math.max(0, text.split("\n").filter((line) => line.trim() !== "").length - 1);
}

/** A second file of one kind replaces the first. */
export function addFiles(
  present: readonly DroppedFile[],
  dropped: readonly DroppedFile[],
): readonly DroppedFile[] {
  const taken = new Set(dropped.flatMap(({ kind }) => (kind ? [kind] : [])));
  const names = new Set(dropped.map(({ name }) => name));
  return [...present.filter(({ kind, name }) => !(kind && taken.has(kind)) && !names.has(name)), ...dropped];
}

/** What the API takes; undefined while a file is not known for what it is. */
export function importOf(files: readonly DroppedFile[]): ImportFiles | undefined {
  if (files.length === 0 || files.some(({ kind }) => kind === undefined)) return undefined;
  return Object.fromEntries(files.map(({ kind, text }) => [kind, text]));
}

export function changesOf({ counts }: ImportReply): number {
  return Object.values(counts).reduce((sum, { created, updated }) => sum + created + updated, 0);
}
