/** Names the browser's tab after the page and the site. */
import { useEffect } from "react";
import { useSiteName } from "../api/site.ts";

export function useTitle(title: string): void {
  const siteName = useSiteName();
  useEffect(() => {
    document.title = `${title} · ${siteName}`;
  }, [title, siteName]);
}
