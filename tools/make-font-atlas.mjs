/**
 * Draws the demo desktop's glyphs once, with a browser, so that the program needs no font library.
 *
 *   node tools/make-font-atlas.mjs <chromium> <inter.woff2> <jetbrains-mono.woff2>
 *
 * The fonts come from the packages @fontsource-variable/inter (files/inter-latin-wght-normal.woff2) and
 * @fontsource/jetbrains-mono (files/jetbrains-mono-latin-400-normal.woff2), both under the SIL Open Font License 1.1.
 * Writes packages/app/src/demo/font/font-atlas.generated.ts.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { chromium } from "playwright-core";

const [executablePath, interFile, monoFile] = process.argv.slice(2);
if (!monoFile) throw new Error("usage: make-font-atlas.mjs <chromium> <inter.woff2> <jetbrains-mono.woff2>");

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const ascii = range(0x20, 0x7e);
const latin1 = range(0xa0, 0xff);
const extras = [..."–—‘’“”„…•€™Œœ−↑↓\ufffd"].map((character) => character.codePointAt(0));
const everything = [...ascii, ...latin1, ...extras];

/** `phases` is how many horizontal sub-pixel positions are drawn: small text is spaced evenly only with several. */
const FACES = [
  {
    name: "regular",
    family: "Inter",
    weight: 400,
    size: 14,
    phases: 4,
    codes: [...ascii, ...extras, 0xb7, 0xd7],
  },
  {
    name: "small",
    family: "Inter",
    weight: 450,
    size: 12,
    phases: 4,
    codes: [...ascii, ...extras, 0xb7, 0xd7],
  },
  { name: "semibold", family: "Inter", weight: 600, size: 14, phases: 4, codes: [...ascii, 0xb7] },
  { name: "heading", family: "Inter", weight: 600, size: 22, phases: 1, codes: ascii },
  {
    name: "digits",
    family: "Inter",
    weight: 300,
    size: 56,
    phases: 1,
    codes: [..."0123456789:"].map((c) => c.codePointAt(0)),
  },
  { name: "mono", family: "Mono", weight: 400, size: 15, phases: 1, codes: everything },
];

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];
const browser = await chromium.launch({ executablePath, args: flags });
try {
  const page = await browser.newPage();
  await page.evaluate(loadFonts, {
    Inter: readFileSync(interFile).toString("base64"),
    Mono: readFileSync(monoFile).toString("base64"),
  });
  const faces = [];
  for (const face of FACES) faces.push(await page.evaluate(drawFace, face));
  writeAtlas(faces);
} finally {
  await browser.close();
}

/** Runs in the page. */
async function loadFonts(files) {
  for (const [family, base64] of Object.entries(files)) {
    const face = new FontFace(family, `url(data:font/woff2;base64,${base64})`, { weight: "100 900" });
    document.fonts.add(await face.load());
  }
}

/** Runs in the page: every glyph in its tightest box, each phase one bitmap of that box after the other. */
function drawFace({ name, family, weight, size, phases, codes }) {
  const side = size * 3;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.font = `${weight} ${size}px ${family}`;
  context.textRendering = "geometricPrecision";
  context.fontKerning = "none";
  context.fillStyle = "#fff";
  const originX = size;
  const originY = size * 2;
  const drawn = (code, phase) => {
    context.clearRect(0, 0, side, side);
    context.fillText(String.fromCodePoint(code), originX + phase / phases, originY);
    const { data } = context.getImageData(0, 0, side, side);
    // Sixteen levels look the same as 256 and pack in half the space.
    return Array.from({ length: side * side }, (_, i) => Math.round((data[4 * i + 3] * 15) / 255));
  };
  const boxOf = (bitmaps) => {
    let [left, top, right, bottom] = [side, side, 0, 0];
    for (const bitmap of bitmaps) {
      bitmap.forEach((level, i) => {
        if (level === 0) return;
        left = Math.min(left, i % side);
        right = Math.max(right, (i % side) + 1);
        top = Math.min(top, Math.floor(i / side));
        bottom = Math.max(bottom, Math.floor(i / side) + 1);
      });
    }
    return right <= left
      ? { left: originX, top: originY, width: 0, height: 0 }
      : { left, top, width: right - left, height: bottom - top };
  };
  const glyphs = [];
  const levels = [];
  for (const code of codes) {
    const bitmaps = Array.from({ length: phases }, (_, phase) => drawn(code, phase));
    const { left, top, width, height } = boxOf(bitmaps);
    const advance64 = Math.round(context.measureText(String.fromCodePoint(code)).width * 64);
    glyphs.push([code, advance64, left - originX, top - originY, width, height]);
    for (const bitmap of bitmaps) {
      for (let y = top; y < top + height; y++)
        levels.push(...bitmap.slice(y * side + left, y * side + left + width));
    }
  }
  return { name, phases, glyphs, levels };
}

function writeAtlas(faces) {
  const index = Buffer.from(
    JSON.stringify(faces.map(({ name, phases, glyphs }) => ({ name, phases, glyphs }))),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32BE(index.length);
  const levels = Buffer.from(faces.flatMap((face) => face.levels));
  const packed = deflateRawSync(Buffer.concat([size, index, levels]), { level: 9 }).toString("base64");
  const text = `/** Made by tools/make-font-atlas.mjs from Inter and JetBrains Mono (see README.md); do not edit. */\nexport const FONT_ATLAS =\n  "${packed}";\n`;
  writeFileSync(new URL("../packages/app/src/demo/font/font-atlas.generated.ts", import.meta.url), text);
  console.log(`${faces.length} faces, ${levels.length} pixels, ${text.length} bytes`);
}
