/** The folder that the panel shows. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Folder, type RemoteFailure, RemoteFileError, type RemoteFiles } from "../remote-files.ts";

export interface ShownFolder {
  readonly folder: Folder | undefined;
  readonly isBusy: boolean;
  readonly failure: RemoteFailure | undefined;
  readonly open: (path: string) => void;
  readonly reload: () => void;
  /** Does something to the folder, then reads it again; says whether it worked. */
  readonly change: (doIt: () => Promise<void>) => Promise<boolean>;
}

export function failureOf(error: unknown): RemoteFailure {
  return error instanceof RemoteFileError ? error.failure : "failed";
}

export function useFolder(files: RemoteFiles, isShown: boolean): ShownFolder {
  const [folder, setFolder] = useState<Folder>();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<RemoteFailure>();
  // An answer that was overtaken by another wish is not shown.
  const wish = useRef(0);

  const open = useCallback(
    (path: string) => {
      wish.current += 1;
      const mine = wish.current;
      setBusy(true);
      setFailure(undefined);
      files
        .open(path)
        .then((opened) => mine === wish.current && setFolder(opened))
        .catch((error: unknown) => mine === wish.current && setFailure(failureOf(error)))
        .finally(() => mine === wish.current && setBusy(false));
    },
    [files],
  );
  const path = folder?.path ?? ".";
  const reload = useCallback(() => open(path), [open, path]);
  useEffect(() => {
    if (isShown) open(".");
  }, [isShown, open]);

  const change = async (doIt: () => Promise<void>) => {
    try {
      await doIt();
      reload();
      return true;
    } catch (error) {
      setFailure(failureOf(error));
      return false;
    }
  };
  return { folder, isBusy, failure, open, reload, change };
}
