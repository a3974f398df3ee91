/** Names the browser's tab after the page. */
import { useEffect } from "react";
import { shellText } from "../text/shell.ts";

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${shellText.product}`;
  }, [title]);
}
