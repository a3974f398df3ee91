/** Which rows of a list are selected, for what is done with many at once. */
import { useState } from "react";

export interface Selection {
  readonly keys: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  /** Selects all of these, or none where all of them are. */
  readonly toggleAll: (keys: readonly string[]) => void;
  readonly clear: () => void;
}

export function useSelection(): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  return {
    keys,
    toggle: (key) =>
      setKeys((present) => {
        const next = new Set(present);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    toggleAll: (all) => setKeys((present) => new Set(all.every((key) => present.has(key)) ? [] : all)),
    clear: () => setKeys(new Set()),
  };
}
