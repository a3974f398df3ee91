/** The glyph atlas, unpacked: every face the demo desktop writes with. */
import { inflateRawSync } from "node:zlib";
import { FONT_ATLAS } from "./font-atlas.generated.ts";

export interface Glyph {
  /** How far the pen moves, in pixels and fractions. */
  readonly advance: number;
  /** The bitmap's place relative to the pen on the baseline. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Where the first phase begins in {@link Face.levels}; the others follow. */
  readonly offset: number;
}

export interface Face {
  /** Horizontal sub-pixel positions that every glyph was drawn at. */
  readonly phases: number;
  readonly levels: Uint8Array;
  readonly glyphs: ReadonlyMap<number, Glyph>;
  /** Shown for characters that the face lacks. */
  readonly missing: Glyph;
}

const FACE_NAMES = ["regular", "small", "semibold", "heading", "digits", "mono"] as const;
export type Fonts = Readonly<Record<(typeof FACE_NAMES)[number], Face>>;

type AtlasIndex = readonly {
  readonly name: string;
  readonly phases: number;
  readonly glyphs: readonly (readonly [number, number, number, number, number, number])[];
}[];

export function loadFonts(): Fonts {
  const atlas = inflateRawSync(Buffer.from(FONT_ATLAS, "base64"));
  const indexEnd = 4 + atlas.readUInt32BE(0);
  const index = JSON.parse(atlas.toString("utf8", 4, indexEnd)) as AtlasIndex; // our own file
  const levels = Uint8Array.from(atlas.subarray(indexEnd), (level) => level * 17);
  const faces = new Map<string, Face>();
  let offset = 0;
  for (const { name, phases, glyphs } of index) {
    const byCode = new Map<number, Glyph>();
    for (const [code, advance64, left, top, width, height] of glyphs) {
      byCode.set(code, { advance: advance64 / 64, left, top, width, height, offset });
      offset += width * height * phases;
    }
    faces.set(name, { phases, levels, glyphs: byCode, missing: missingOf(byCode) });
  }
  return Object.fromEntries(FACE_NAMES.map((name) => [name, faceNamed(faces, name)])) as Fonts; // all names are there
}

function missingOf(glyphs: ReadonlyMap<number, Glyph>): Glyph {
  const glyph = glyphs.get(0xfffd) ?? glyphs.get(0x3f) ?? glyphs.get(0x30);
  if (!glyph) throw new Error("font atlas has an empty face");
  return glyph;
}

function faceNamed(faces: ReadonlyMap<string, Face>, name: string): Face {
  const face = faces.get(name);
  if (!face) throw new Error(`font atlas lacks the face ${name}`);
  return face;
}
