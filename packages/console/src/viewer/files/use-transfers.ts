/** Files on their way, up and down. */
import { useRef, useState } from "react";
import type { RemoteFailure, RemoteFiles } from "../remote-files.ts";
import { joinPath } from "./paths.ts";
import { failureOf } from "./use-folder.ts";

export interface Transfer {
  readonly id: number;
  readonly name: string;
  readonly direction: "up" | "down";
  readonly bytes: number;
  readonly total: number;
  readonly state: "running" | "done" | "failed";
  readonly failure: RemoteFailure | undefined;
  readonly cancel: () => void;
  /** There for an upload whose name was taken. */
  readonly replace: (() => void) | undefined;
}

export interface Transfers {
  readonly list: readonly Transfer[];
  readonly upload: (folder: string, file: File) => void;
  readonly download: (folder: string, name: string) => void;
  readonly dismiss: (id: number) => void;
}

/** `onUploaded`: a file is there that was not before. */
export function useTransfers(files: RemoteFiles, onUploaded: () => void): Transfers {
  const [list, setList] = useState<readonly Transfer[]>([]);
  const lastId = useRef(0);
  const update = (id: number, changes: Partial<Transfer>) =>
    setList((before) => before.map((one) => (one.id === id ? { ...one, ...changes } : one)));
  const dismiss = (id: number) => setList((before) => before.filter((one) => one.id !== id));

  const start = (
    { name, direction, total }: Pick<Transfer, "name" | "direction" | "total">,
    run: (options: Parameters<RemoteFiles["download"]>[1]) => Promise<void>,
    replace?: () => void,
  ) => {
    lastId.current += 1;
    const id = lastId.current;
    const abort = new AbortController();
    const cancel = () => abort.abort();
    const begun: Transfer = {
      ...{ id, name, direction, total, cancel },
      ...{ bytes: 0, state: "running", failure: undefined, replace: undefined },
    };
    setList((before) => [begun, ...before]);
    const onProgress = (bytes: number, of: number) => update(id, { bytes, total: of });
    run({ signal: abort.signal, onProgress }).then(
      () => update(id, { state: "done" }),
      (error: unknown) => {
        const failure = failureOf(error);
        const again = () => {
          dismiss(id);
          replace?.();
        };
        update(id, {
          state: "failed",
          failure,
          replace: failure === "exists" && replace ? again : undefined,
        });
      },
    );
  };

  const upload = (folder: string, file: File, mayReplace = false) =>
    start(
      { name: file.name, direction: "up", total: file.size },
      (options) =>
        files.upload(joinPath(folder, file.name), file, { ...options, mayReplace }).then(onUploaded),
      mayReplace ? undefined : () => upload(folder, file, true),
    );
  const download = (folder: string, name: string) =>
    start({ name, direction: "down", total: 0 }, async (options) =>
      save(await files.download(joinPath(folder, name), options), name),
    );
  return { list, upload, download, dismiss };
}

/** How long the browser may take to begin saving before the file is let go. */
const SAVE_MS = 60_000;

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVE_MS);
}
