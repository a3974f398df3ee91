/** The site as everyone sees it: its name, its notice before signing in, its announcement after. */
import { ROUTES } from "@deskgate/contract";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { pageFact } from "../text/page-facts.ts";
import { shellText } from "../text/shell.ts";
import { call } from "./call.ts";

const SITE_FRESH_MS = 5 * 60_000;

export const siteQuery = queryOptions({
  queryKey: ["site"],
  queryFn: ({ signal }) => call(ROUTES.getSite, { signal }),
  staleTime: SITE_FRESH_MS,
});

/** Known from the first moment: the page was sent with it. */
export function useSiteName(): string {
  const { data } = useQuery(siteQuery);
  return data?.name ?? pageFact("site-name") ?? shellText.product;
}

const announcementQuery = queryOptions({
  queryKey: ["announcement"],
  queryFn: ({ signal }) => call(ROUTES.getAnnouncement, { signal }),
  staleTime: SITE_FRESH_MS,
});

/** The announcement until this person puts it away; the next one, or the next sign-in, shows again. */
export function useAnnouncement() {
  const { data } = useQuery(announcementQuery);
  const [hidden, setHidden] = useState(hiddenAnnouncement);
  const announcement = data?.announcement ?? undefined;
  const hide = () => {
    if (announcement === undefined) return;
    rememberHidden(announcement.id);
    setHidden(announcement.id);
  };
  return { announcement: announcement?.id === hidden ? undefined : announcement, hide };
}

const HIDDEN_KEY = "deskgate-hidden-announcement";

function hiddenAnnouncement(): string | undefined {
  try {
    return localStorage.getItem(HIDDEN_KEY) ?? undefined;
  } catch {
    // Storage may be forbidden; then it shows again with the next page.
    return undefined;
  }
}

function rememberHidden(id: string): void {
  try {
    localStorage.setItem(HIDDEN_KEY, id);
  } catch {
    // As above.
  }
}

/** Putting an announcement away counts for one sign-in. */
export function showAnnouncementAgain(): void {
  try {
    localStorage.removeItem(HIDDEN_KEY);
  } catch {
    // As above.
  }
}
