/** The look as a Mantine theme: one accent (petrol), cool neutrals, Inter, and how dense our tables and forms are. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#ebf6f8",
  "#d6ebf0",
  "#acd6e1",
  "#7cbfd0",
  "#55abc1",
  "#3897b0",
  "#217a92",
  "#176b83",
  "#125568",
  "#0b3f4e",
];

const gray: MantineColorsTuple = [
  "#f6f8f9",
  "#eef1f3",
  "#e3e8eb",
  "#d4dbdf",
  "#bac4ca",
  "#93a0a8",
  "#62707a",
  "#4b5862",
  "#343f47",
  "#1e272d",
];

/** For what ends or destroys: as quiet as the rest, and readable with white on it. */
const red: MantineColorsTuple = [
  "#fbeae8",
  "#f6dcd9",
  "#ecbab4",
  "#e8776b",
  "#dd6357",
  "#cf4f43",
  "#b83a2f",
  "#a93226",
  "#8c261c",
  "#6f1d15",
];

/** Mantine paints dark pages with these: text at 0, dimmed text at 2, borders at 4, surfaces at 6, the page at 7. */
const dark: MantineColorsTuple = [
  "#dbe2e6",
  "#b9c4ca",
  "#93a1a9",
  "#66757e",
  "#42515b",
  "#27323a",
  "#1a2329",
  "#11181d",
  "#0c1216",
  "#080c0f",
];

export const theme = createTheme({
  colors: { petrol, gray, dark, red },
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  headings: { fontWeight: "620" },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "11px", xl: "18px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45, blur: 2 } } },
    Table: { defaultProps: { verticalSpacing: 9, horizontalSpacing: "md" } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Menu: { defaultProps: { shadow: "md", withinPortal: true } },
    Popover: { defaultProps: { shadow: "md" } },
    // Below the input, so that fields side by side stay on one line whether they have a hint or not.
    InputWrapper: { defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] } },
  },
});
