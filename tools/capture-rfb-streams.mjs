/**
 * Records what a real RFB server says, for the tests of packages/wire.
 *
 *   node tools/capture-rfb-streams.mjs
 *
 * Needs Xvnc (TigerVNC), xclock, xeyes, xdotool and ImageMagick's display on the PATH. Writes
 * packages/wire/src/rfb/fixtures/*.bin: the server's bytes from ServerInit on. Every recording stops when the server has
 * answered all requests and says nothing more, so that its end is the end of a message without any framer's opinion.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { ENCODING } from "@deskgate/wire";

const DISPLAY = ":78";
const PORT = 5978;
const QUIET_MS = 700;
const folder = new URL("../packages/wire/src/rfb/fixtures/", import.meta.url);

const RGB565 = [16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0];
const RGB332 = [8, 8, 0, 1, 0, 7, 0, 7, 0, 3, 5, 2, 0, 0, 0, 0];
const JPEG_QUALITY_5 = -27;
const COMPRESSION_9 = -247;
const SHOWN = [ENCODING.cursor, ENCODING.desktopName, ENCODING.lastRect];

/** Each recording: the encodings asked for, and perhaps a pixel format and something that happens meanwhile. */
const RECORDINGS = {
  raw: { encodings: [ENCODING.raw], format: RGB332 },
  "copy-rect": { encodings: [ENCODING.copyRect, ENCODING.zrle], meanwhile: moveWindow },
  rre: { encodings: [ENCODING.rre], format: RGB332 },
  hextile: {
    encodings: [ENCODING.hextile, ENCODING.copyRect, ...SHOWN],
    format: RGB565,
    meanwhile: moveWindow,
  },
  zrle: { encodings: [ENCODING.zrle, ENCODING.copyRect, ...SHOWN], meanwhile: moveWindow },
  tight: { encodings: [ENCODING.tight, ENCODING.copyRect, COMPRESSION_9, ...SHOWN], meanwhile: moveWindow },
  "tight-jpeg": {
    encodings: [ENCODING.tight, JPEG_QUALITY_5, ENCODING.cursorWithAlpha, ENCODING.lastRect],
    meanwhile: moveWindow,
  },
  "tight-16-bit": { encodings: [ENCODING.tight, ENCODING.cursor], format: RGB565, meanwhile: moveWindow },
  "extended-desktop-size": {
    encodings: [
      ENCODING.zrle,
      ENCODING.extendedDesktopSize,
      ENCODING.qemuExtendedKeyEvent,
      ENCODING.qemuLedState,
    ],
    meanwhile: (viewer) => viewer.write(desktopSize(200, 150)),
  },
  "desktop-size": {
    encodings: [ENCODING.zrle, ENCODING.desktopSize, ENCODING.vmwareCursor],
    meanwhile: resizeByAnother,
  },
  "fence-and-continuous-updates": {
    encodings: [ENCODING.zrle, ENCODING.fence, ENCODING.continuousUpdates, ENCODING.extendedMouseButtons],
    meanwhile: (viewer) => viewer.write(Buffer.from([150, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
  },
};

mkdirSync(folder, { recursive: true });
const started = [
  spawn("Xvnc", [
    DISPLAY,
    "-geometry",
    "240x180",
    "-SecurityTypes",
    "None",
    "-rfbport",
    String(PORT),
    "-AlwaysShared",
  ]),
];
try {
  await pause(1500);
  const env = { ...process.env, DISPLAY };
  started.push(
    spawn("display", ["-size", "120x100", "-geometry", "+0+0", "plasma:tomato-steelblue"], { env }),
  );
  started.push(spawn("xclock", ["-geometry", "90x90+130+10", "-update", "3600"], { env }));
  started.push(spawn("xeyes", ["-geometry", "80x60+20+110"], { env }));
  await pause(1500);
  for (const [name, recording] of Object.entries(RECORDINGS)) await record(name, recording);
} finally {
  for (const child of started.reverse()) child.kill();
}

async function record(name, { encodings, format, meanwhile }) {
  const viewer = await signedIn();
  const pieces = [];
  viewer.on("data", (piece) => pieces.push(piece));
  viewer.write(Buffer.from([1 /* shared */]));
  await quiet(viewer);
  if (format) viewer.write(Buffer.from([0, 0, 0, 0, ...format]));
  viewer.write(setEncodings(encodings));
  viewer.write(updateRequest(0));
  await quiet(viewer);
  for (let round = 0; meanwhile && round < 2; round++) {
    viewer.write(updateRequest(1));
    await meanwhile(viewer, round);
    await quiet(viewer);
  }
  viewer.destroy();
  const bytes = Buffer.concat(pieces);
  writeFileSync(new URL(`${name}.bin`, folder), bytes);
  console.log(`${name}: ${bytes.length} bytes`);
}

/** RFB 3.8 with security type None, up to ClientInit. */
async function signedIn() {
  const viewer = connect(PORT, "127.0.0.1");
  await once(viewer, "data");
  viewer.write("RFB 003.008\n");
  await once(viewer, "data");
  viewer.write(Buffer.from([1 /* None */]));
  await once(viewer, "data");
  return viewer;
}

/** Waits until nothing has come for a while. */
async function quiet(viewer) {
  for (;;) {
    const before = viewer.bytesRead;
    await pause(QUIET_MS);
    if (viewer.bytesRead === before) return;
  }
}

function moveWindow(_viewer, round) {
  const env = { ...process.env, DISPLAY };
  const [window] = spawnSync("xdotool", ["search", "--name", "xclock"], { env })
    .stdout.toString()
    .split("\n");
  spawnSync("xdotool", ["windowmove", window, String(120 - 30 * round), String(20 + 30 * round)], { env });
}

async function resizeByAnother(_viewer, round) {
  const other = await signedIn();
  other.on("data", () => {});
  other.write(Buffer.from([1]));
  other.write(setEncodings([ENCODING.extendedDesktopSize]));
  other.write(updateRequest(0));
  await quiet(other);
  other.write(round === 0 ? desktopSize(220, 160) : desktopSize(240, 180));
  await quiet(other);
  other.destroy();
}

function setEncodings(encodings) {
  const message = Buffer.alloc(4 + 4 * encodings.length);
  message.writeUInt8(2, 0);
  message.writeUInt16BE(encodings.length, 2);
  encodings.forEach((encoding, i) => {
    message.writeInt32BE(encoding, 4 + 4 * i);
  });
  return message;
}

function updateRequest(incremental) {
  return Buffer.from([3, incremental, 0, 0, 0, 0, 1, 0, 1, 0]);
}

function desktopSize(width, height) {
  const message = Buffer.alloc(8 + 16);
  message.writeUInt8(251, 0);
  message.writeUInt16BE(width, 2);
  message.writeUInt16BE(height, 4);
  message.writeUInt8(1, 6);
  message.writeUInt16BE(width, 16);
  message.writeUInt16BE(height, 18);
  return message;
}
