/** What the server wrote into the page when it sent it, so that it is known before anything is asked for. */
type PageFact = "site-name" | "site-language";

/** Undefined where the server wrote nothing: outside a browser, or served by the development server. */
export function pageFact(name: PageFact): string | undefined {
  if (typeof document === "undefined") return undefined;
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
  return content === "" || content.startsWith("__SITE_") ? undefined : content;
}
