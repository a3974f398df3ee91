/** The pointer's shapes, dot by dot: "X" dark, "o" light, anything else transparent. The viewer draws them. */
import type { PointerShape } from "./desktop.ts";

export interface PointerPicture {
  readonly hotX: number;
  readonly hotY: number;
  readonly rows: readonly string[];
}

export const POINTER_PICTURES: Readonly<Record<PointerShape, PointerPicture>> = {
  arrow: {
    hotX: 0,
    hotY: 0,
    rows: [
      "o           ",
      "oo          ",
      "oXo         ",
      "oXXo        ",
      "oXXXo       ",
      "oXXXXo      ",
      "oXXXXXo     ",
      "oXXXXXXo    ",
      "oXXXXXXXo   ",
      "oXXXXXXXXo  ",
      "oXXXXXXXXXo ",
      "oXXXXXXooooo",
      "oXXXoXXo    ",
      "oXXooXXXo   ",
      "oXo  oXXo   ",
      "oo   oXXXo  ",
      "o     oXXo  ",
      "      oXXXo ",
      "       oXXo ",
      "        oo  ",
    ],
  },
  text: {
    hotX: 4,
    hotY: 9,
    rows: [
      "oooo oooo",
      "oXXXoXXXo",
      "oooXXXooo",
      "  ooXoo  ",
      ...Array.from({ length: 11 }, () => "   oXo   "),
      "  ooXoo  ",
      "oooXXXooo",
      "oXXXoXXXo",
      "oooo oooo",
    ],
  },
};
