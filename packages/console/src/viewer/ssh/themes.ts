/** The terminal's colours, in light and dark; contrast of every colour on its background is at least 4.5 to 1. */
import type { ITheme } from "@xterm/xterm";

const DARK: ITheme = {
  background: "#0c1216",
  foreground: "#dbe2e6",
  cursor: "#55abc1",
  cursorAccent: "#0c1216",
  selectionBackground: "#25506080",
  black: "#334049",
  red: "#f0837a",
  green: "#6cc493",
  yellow: "#e0a63a",
  blue: "#74aee0",
  magenta: "#c99be0",
  cyan: "#55bfcf",
  white: "#c9d3d8",
  brightBlack: "#8a979f",
  brightRed: "#ffa79f",
  brightGreen: "#8fdcb0",
  brightYellow: "#f3c56c",
  brightBlue: "#9dc9f2",
  brightMagenta: "#dfbdf0",
  brightCyan: "#86dbe6",
  brightWhite: "#ffffff",
};

const LIGHT: ITheme = {
  background: "#fbfcfc",
  foreground: "#17212a",
  cursor: "#176b83",
  cursorAccent: "#fbfcfc",
  selectionBackground: "#acd6e1",
  black: "#17212a",
  red: "#b3261e",
  green: "#1d6f42",
  yellow: "#855300",
  blue: "#1f5fa8",
  magenta: "#8a3ba8",
  cyan: "#0b6b78",
  white: "#62707a",
  brightBlack: "#5a6872",
  brightRed: "#c2352b",
  brightGreen: "#237a4b",
  brightYellow: "#8f5a00",
  brightBlue: "#2a6dbb",
  brightMagenta: "#9a49b8",
  brightCyan: "#127684",
  brightWhite: "#343f47",
};

/** Calls `apply` with the page's colours, now and whenever they change, until the signal says stop. */
export function followTheme(apply: (theme: ITheme) => void, signal: AbortSignal): void {
  const root = document.documentElement;
  const tell = () => apply(root.dataset["mantineColorScheme"] === "light" ? LIGHT : DARK);
  const observer = new MutationObserver(tell);
  observer.observe(root, { attributeFilter: ["data-mantine-color-scheme"] });
  signal.addEventListener("abort", () => observer.disconnect());
  tell();
}
