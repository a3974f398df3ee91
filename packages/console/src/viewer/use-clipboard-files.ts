/** What the panel of clipboard files knows: which file is being fetched, and how much of ours the desktop has taken. */
import { useRef, useState } from "react";
import type { ClipboardFiles } from "./clipboard-files.ts";

export type FetchState =
  | { readonly at: "running"; readonly bytes: number; readonly cancel: () => void }
  | { readonly at: "failed" };

export interface FileFetches {
  readonly at: (index: number) => FetchState | undefined;
  readonly start: (index: number) => void;
}

export function useFileFetches(files: ClipboardFiles): FileFetches {
  const [states, setStates] = useState<ReadonlyMap<number, FetchState>>(new Map());
  const put = (index: number, state: FetchState | undefined) =>
    setStates((before) => {
      const after = new Map(before);
      if (state) after.set(index, state);
      else after.delete(index);
      return after;
    });
  const start = (index: number) => {
    const file = files.offered()[index];
    if (!file) return;
    const abort = new AbortController();
    const cancel = () => abort.abort();
    put(index, { at: "running", bytes: 0, cancel });
    files
      .fetch(index, {
        signal: abort.signal,
        onProgress: (bytes) => !abort.signal.aborted && put(index, { at: "running", bytes, cancel }),
      })
      .then(
        (blob) => {
          put(index, undefined);
          // Cancelled while the last piece came.
          if (!abort.signal.aborted) save(blob, file.name);
        },
        () => put(index, abort.signal.aborted ? undefined : { at: "failed" }),
      );
  };
  return { at: (index) => states.get(index), start };
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  // A desktop names its files as it likes; a path is no name.
  link.download = name.replace(/^.*[\\/]/, "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}

/** The browser reads the blob while it saves. */
const REVOKE_AFTER_MS = 60_000;

export interface FileOffer {
  readonly files: readonly File[];
  /** Bytes that the desktop has taken of one. */
  readonly given: (index: number) => number;
  /** Instead of what was offered before; none withdraws. */
  readonly offer: (files: readonly File[]) => void;
}

export function useFileOffer(desktop: ClipboardFiles): FileOffer {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [given, setGiven] = useState<ReadonlyMap<number, number>>(new Map());
  const offerNumber = useRef(0);
  const offer = (wanted: readonly File[]) => {
    offerNumber.current += 1;
    const number = offerNumber.current;
    setFiles(wanted);
    setGiven(new Map());
    desktop.offer(wanted, ({ index, bytes }) => {
      if (number === offerNumber.current) setGiven((before) => new Map(before).set(index, bytes));
    });
  };
  return { files, given: (index) => given.get(index) ?? 0, offer };
}
