/** Finds text in the terminal's history: a small bar over it, opened by Ctrl + Shift + F. */
import type { SearchAddon } from "@xterm/addon-search";
import { terminalText } from "../../text/terminal.ts";

export interface SearchBar {
  open(): void;
}

/** `onClose` gives the keyboard back to the terminal. */
export function createSearchBar(parent: HTMLElement, search: SearchAddon, onClose: () => void): SearchBar {
  const bar = document.createElement("div");
  bar.className = "dg-terminal-search";
  bar.hidden = true;
  bar.setAttribute("role", "search");
  const input = document.createElement("input");
  input.type = "text";
  input.placeholder = terminalText.search;
  input.setAttribute("aria-label", terminalText.search);
  const close = () => {
    bar.hidden = true;
    search.clearDecorations();
    onClose();
  };
  input.addEventListener("input", () => search.findPrevious(input.value, { incremental: true }));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.shiftKey) search.findNext(input.value);
    else if (event.key === "Enter") search.findPrevious(input.value);
  });
  bar.append(
    input,
    button(terminalText.searchUp, "↑", () => search.findPrevious(input.value)),
    button(terminalText.searchDown, "↓", () => search.findNext(input.value)),
    button(terminalText.searchClose, "×", close),
  );
  parent.append(bar);
  return {
    open() {
      bar.hidden = false;
      input.focus();
      input.select();
    },
  };
}

function button(label: string, face: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = face;
  element.title = label;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", onClick);
  return element;
}
