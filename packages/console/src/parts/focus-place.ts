/** Where the focus was, and what comes next for whoever works with a keyboard when that is gone. */

export type FocusPlace =
  | { readonly at: "elsewhere" }
  | { readonly at: "page" }
  | { readonly at: "row"; readonly index: string };

export function pageContent(): HTMLElement | null {
  return document.getElementById("content");
}

export function placeOf(element: Element | null): FocusPlace {
  if (element === null || !pageContent()?.contains(element)) return { at: "elsewhere" };
  const index = element.closest("tr[data-index]")?.getAttribute("data-index");
  return typeof index === "string" ? { at: "row", index } : { at: "page" };
}

/** The row that has moved up into the place, else the last one, else the page. */
export function successorOf(place: FocusPlace): HTMLElement | null {
  switch (place.at) {
    case "elsewhere":
      return null;
    case "page":
      return pageContent();
    case "row": {
      const rows = [...(pageContent()?.querySelectorAll<HTMLElement>("tr[data-index]") ?? [])];
      return rows.find(({ dataset }) => dataset["index"] === place.index) ?? rows.at(-1) ?? pageContent();
    }
  }
}
